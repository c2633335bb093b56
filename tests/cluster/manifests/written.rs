//! The manifests against the binary that they start.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use bellpull::settings::{Cli, Command, ServeArgs};
use bellpull_tests::serve::{run, said};
use clap::Parser as _;
use serde_json::{Value, json};

use super::{KUSTOMIZATIONS, built, container, deployment, folder, of_kind, read, strings};

#[test]
fn every_kustomization_builds() {
    let mut there = BTreeSet::new();
    let mut left = vec![folder("")];
    while let Some(at) = left.pop() {
        for entry in fs::read_dir(&at).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                left.push(path);
            } else if path.ends_with("kustomization.yaml") {
                let name = at.strip_prefix(folder("")).expect("below");
                there.insert(name.display().to_string());
            }
        }
    }
    let listed: BTreeSet<String> = KUSTOMIZATIONS.map(str::to_owned).into();
    assert_eq!(there, listed);
    for name in KUSTOMIZATIONS {
        assert!(!built(name).is_empty(), "{name}");
    }
}

#[test]
fn selectors_find_the_pods() {
    let base = built("base");
    let pod = &deployment(&base)["spec"]["template"];
    let labels = &pod["metadata"]["labels"];
    let ports: Vec<&Value> = container(&base)["ports"]
        .as_array()
        .expect("ports")
        .iter()
        .map(|port| &port["name"])
        .collect();
    let finds = |what: &str, selector: &Value| {
        let wanted = selector.as_object().expect(what);
        assert!(!wanted.is_empty(), "{what} takes any pod");
        for (name, value) in wanted {
            assert_eq!(&labels[name], value, "{what}: {name}");
        }
    };
    finds(
        "Deployment",
        &deployment(&base)["spec"]["selector"]["matchLabels"],
    );
    for spread in pod["spec"]["topologySpreadConstraints"]
        .as_array()
        .expect("constraints")
    {
        finds("topology", &spread["labelSelector"]["matchLabels"]);
    }
    for name in KUSTOMIZATIONS {
        let objects = built(name);
        for budget in of_kind(&objects, "PodDisruptionBudget") {
            finds(name, &budget["spec"]["selector"]["matchLabels"]);
        }
        for policy in of_kind(&objects, "NetworkPolicy") {
            if policy["metadata"]["name"] == "bellpull" {
                finds(name, &policy["spec"]["podSelector"]["matchLabels"]);
                for rule in policy["spec"]["ingress"].as_array().expect("rules") {
                    let port = &rule["ports"][0]["port"];
                    assert!(ports.contains(&port), "{name}: {port}");
                }
            }
        }
        for service in of_kind(&objects, "Service") {
            finds(name, &service["spec"]["selector"]);
            let port = &service["spec"]["ports"][0]["targetPort"];
            assert!(ports.contains(&port), "{name}: {port}");
        }
    }
}

#[test]
fn the_monitor_finds_its_service() {
    let monitoring = built("monitoring");
    let service = of_kind(&monitoring, "Service").next().expect("a Service");
    let monitor = of_kind(&monitoring, "ServiceMonitor").next();
    let monitor = &monitor.expect("a ServiceMonitor")["spec"];
    for (name, value) in monitor["selector"]["matchLabels"]
        .as_object()
        .expect("labels")
    {
        assert_eq!(&service["metadata"]["labels"][name], value, "{name}");
    }
    assert_eq!(
        monitor["endpoints"][0]["port"],
        service["spec"]["ports"][0]["name"]
    );
}

#[test]
fn what_is_exposed_is_a_service_that_is_there() {
    for with in ["with-flux", "standalone"] {
        let ours = built(with);
        let mut services: Vec<&Value> = of_kind(&ours, "Service")
            .map(|service| &service["metadata"]["name"])
            .collect();
        // That of Flux.
        let webhook_receiver = json!("webhook-receiver");
        if with == "with-flux" {
            services.push(&webhook_receiver);
        }
        let ingress = built("exposure/ingress");
        let rule = &of_kind(&ingress, "Ingress").next().expect("an Ingress")["spec"]["rules"][0];
        let path = &rule["http"]["paths"][0];
        assert_eq!(path["path"], "/hook/");
        assert!(
            services.contains(&&path["backend"]["service"]["name"]),
            "{with}"
        );
        let route = &built("exposure/gateway")[0]["spec"]["rules"][0];
        assert_eq!(route["matches"][0]["path"]["value"], "/hook/");
        assert!(
            services.contains(&&route["backendRefs"][0]["name"]),
            "{with}"
        );
    }
}

#[test]
fn bellpull_ends_tls_with_the_secret_that_the_ingress_names() {
    let objects = built("tls");
    let arguments = serve(container(&objects));
    let [certificate] = &arguments.tls.tls_cert[..] else {
        panic!("{:?}", arguments.tls)
    };
    let pod = &deployment(&objects)["spec"]["template"]["spec"];
    let mounts = container(&objects)["volumeMounts"].as_array();
    let mount = mounts.and_then(|mounts| mounts.iter().find(|mount| mount["name"] == "tls"));
    let mounted = mount.and_then(|mount| mount["mountPath"].as_str());
    assert_eq!(
        certificate.parent().and_then(|folder| folder.to_str()),
        mounted
    );
    let volumes = pod["volumes"].as_array().expect("volumes");
    let volume = volumes.iter().find(|volume| volume["name"] == "tls");
    let secret = &volume.expect("a volume")["secret"]["secretName"];
    let ingress = built("exposure/ingress-passthrough");
    let ingress = &ingress[0]["spec"];
    assert_eq!(&ingress["tls"][0]["secretName"], secret);
    let service = of_kind(&objects, "Service").next().expect("a Service");
    let backend = &ingress["rules"][0]["http"]["paths"][0]["backend"]["service"];
    assert_eq!(backend["name"], service["metadata"]["name"]);
    assert_eq!(backend["port"]["name"], service["spec"]["ports"][0]["name"]);
}

/// The arguments of a container, parsed by the binary.
pub(super) fn serve(container: &Value) -> Box<ServeArgs> {
    let arguments = strings(&container["args"]);
    let line = [&["bellpull"], arguments.as_slice()].concat();
    match Cli::try_parse_from(line)
        .expect("arguments that Bellpull takes")
        .command
    {
        Command::Serve(arguments) => arguments,
        _ => panic!("{arguments:?} does not serve"),
    }
}

#[test]
fn pods_are_given_the_time_and_the_places_that_the_binary_takes() {
    for name in ["base", "with-flux", "standalone", "multi-tenant", "tls"] {
        let objects = built(name);
        let deployment = &deployment(&objects)["spec"];
        assert_eq!(deployment["replicas"], 2, "{name}");
        let container = container(&objects);
        let arguments = serve(container);
        let pod = &deployment["template"]["spec"];
        let grace = pod["terminationGracePeriodSeconds"]
            .as_u64()
            .expect("seconds");
        let drain = arguments.drain_delay + arguments.drain_timeout;
        assert!(
            Duration::from_secs(grace) > drain,
            "{name}: {grace} s, {drain:?}"
        );
        let mounts = container["volumeMounts"].as_array().expect("mounts");
        let cache = arguments.cache.cache_dir.as_ref().expect("--cache-dir");
        assert!(
            mounts
                .iter()
                .any(|mount| mount["mountPath"] == json!(cache))
        );
        for (port, address) in [
            ("http-webhook", arguments.receiver_addr),
            ("http-prom", arguments.metrics_addr),
            ("healthz", arguments.health_addr),
        ] {
            let listed = json!({"name": port, "containerPort": address.port()});
            let ports = container["ports"].as_array().expect("ports");
            assert!(ports.contains(&listed), "{name}: {listed}");
        }
        let memory = container["resources"]["limits"]["memory"].as_str();
        let memory = memory.and_then(|text| text.strip_suffix("Mi")).expect("Mi");
        let memory: usize = memory.parse().expect("a number");
        assert!(memory >= 320, "{name}: serving needs as much");
        let bodies = arguments.max_bodies_in_flight.unwrap_or(0);
        assert!(memory << 20 > bodies, "{name}");
    }
}

#[test]
fn pods_have_no_more_rights_than_they_use() {
    let base = built("base");
    let pod = &deployment(&base)["spec"]["template"]["spec"];
    let security = &pod["securityContext"];
    assert_eq!(security["runAsNonRoot"], true);
    assert_eq!(security["seccompProfile"]["type"], "RuntimeDefault");
    assert_eq!(
        container(&base)["securityContext"],
        json!({
            "allowPrivilegeEscalation": false,
            "readOnlyRootFilesystem": true,
            "capabilities": {"drop": ["ALL"]},
        })
    );
    for role in of_kind(&base, "ClusterRole").chain(of_kind(&base, "Role")) {
        assert!(!role["rules"].to_string().contains('*'), "{role}");
    }
}

#[test]
fn tenants_are_watched_where_rights_are_given() {
    let objects = built("multi-tenant");
    assert_eq!(of_kind(&objects, "ClusterRoleBinding").count(), 0);
    let arguments = serve(container(&objects));
    assert!(arguments.no_cross_namespace_refs);
    let bound: BTreeSet<&str> = of_kind(&objects, "RoleBinding")
        .filter(|binding| binding["roleRef"]["kind"] == "ClusterRole")
        .filter_map(|binding| binding["metadata"]["namespace"].as_str())
        .collect();
    let watched = arguments.cluster.watch_namespace.iter();
    let watched: BTreeSet<&str> = watched.map(String::as_str).collect();
    assert_eq!(watched, bound);
}

#[test]
fn the_definitions_are_the_binarys() {
    for (definition, file) in [
        ("receivers", "standalone/receiver-crd.yaml"),
        ("receiverplugins", "base/receiver-plugin-crd.yaml"),
    ] {
        let (code, stdout, stderr) = said(&run(&["crds", definition]));
        assert_eq!(code, Some(0), "{stderr}");
        assert!(
            read(file) == stdout,
            "write it anew: bellpull crds {definition} >examples/kubernetes/{file}"
        );
    }
}
