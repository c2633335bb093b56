//! The two programs, and how rows are played with each.

use std::net::SocketAddr;

use bellpull_tests::cluster::flux::NotificationController;
use bellpull_tests::cluster::{ControlPlane, Identity, Kubectl};
use bellpull_tests::patience::comes;
use bellpull_tests::serve::{Served, try_request};

use super::names::written_out;
use super::observe;
use super::request::Request;
use super::row::{Change, Lines, Row};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Flux,
    Bellpull,
}

impl Side {
    /// The namespace of a row.
    pub(super) fn namespace(self, row: &Row) -> String {
        match self {
            Self::Flux => format!("flux-{}", row.name),
            Self::Bellpull => format!("bellpull-{}", row.name),
        }
    }

    pub(super) fn expected(self, row: &Row) -> Lines {
        match self {
            Self::Flux => row.expected.clone(),
            Self::Bellpull => row.expected_of_bellpull(),
        }
    }

    fn start(self, plane: &ControlPlane, flags: &[&str]) -> Running {
        match self {
            Self::Flux => {
                let started = NotificationController::start_with(plane, Identity::Admin, flags);
                Running::Flux(started.expect("notification-controller"))
            }
            Self::Bellpull => {
                let kubeconfig = plane.kubeconfig_of(Identity::Bellpull);
                let kubeconfig = kubeconfig.to_str().expect("a path in UTF-8");
                let own = ["--kubeconfig", kubeconfig, "--flux-status-codes"];
                Running::Bellpull(Served::ready(&[&own, flags].concat()))
            }
        }
    }

    /// Plays all rows at once: what is seen of each in the end.
    pub(super) fn play(self, plane: &ControlPlane, flags: &[&str], rows: &[Row]) -> Vec<Lines> {
        let running = self.start(plane, flags);
        let stage = Stage {
            side: self,
            kubectl: plane.kubectl(),
            address: running.address(),
        };
        stage.set_up(rows);
        let steps = rows.iter().map(|row| row.steps.len()).max();
        for number in 0..steps.unwrap_or_default() {
            stage.step(rows, number);
        }
        let seen = stage.watch(rows);
        stage.clear();
        running.stop();
        seen
    }
}

enum Running {
    Flux(NotificationController),
    Bellpull(Served),
}

impl Running {
    fn address(&self) -> SocketAddr {
        match self {
            Self::Flux(controller) => controller.receiver,
            Self::Bellpull(served) => served.receiver,
        }
    }

    /// Ends by a signal, so that Bellpull releases its Lease.
    fn stop(self) {
        if let Self::Bellpull(mut served) = self {
            served.terminate();
            let status = served.wait();
            assert!(status.success(), "{status}");
        }
    }
}

struct Stage {
    side: Side,
    kubectl: Kubectl,
    address: SocketAddr,
}

impl Stage {
    /// Receivers come last, after the objects that they name.
    fn set_up(&self, rows: &[Row]) {
        let mut documents = Vec::new();
        for row in rows {
            let namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: $NS}}";
            documents.push(self.written_out(row, namespace));
            let objects = row.objects.iter();
            documents.extend(objects.map(|object| self.written_out(row, object)));
        }
        for row in rows {
            let asked = row.asked.then_some(1);
            documents.push(self.receiver(row, &row.spec, asked));
        }
        self.kubectl.apply(&documents.join("\n---\n"));
        self.handled(rows, |row| row.asked.then_some(1));
    }

    /// Makes the `number`th change of every row that has one, and waits until it is reconciled.
    fn step(&self, rows: &[Row], number: usize) {
        let mut documents = Vec::new();
        for row in rows {
            let Some(step) = row.steps.get(number) else {
                continue;
            };
            match &step.change {
                Change::Apply(document) => documents.push(self.written_out(row, document)),
                Change::Delete(object) => {
                    let namespace = self.side.namespace(row);
                    let delete = ["delete", "--wait=false", "--namespace", &namespace, object];
                    self.kubectl.ok(&delete);
                }
                Change::Spec(_) | Change::Nothing => {}
            }
            let so_far = row.steps.iter().take(number + 1);
            let spec = so_far.fold(&row.spec, |spec, step| match &step.change {
                Change::Spec(changed) => changed,
                _ => spec,
            });
            let asked = if step.asks { Some(number + 2) } else { None };
            if step.asks || matches!(step.change, Change::Spec(_)) {
                documents.push(self.receiver(row, spec, asked));
            }
        }
        if !documents.is_empty() {
            self.kubectl.apply(&documents.join("\n---\n"));
        }
        self.handled(rows, |row| {
            let asks = row.steps.get(number).is_some_and(|step| step.asks);
            asks.then_some(number + 2)
        });
    }

    fn written_out(&self, row: &Row, text: &str) -> String {
        written_out(text, &self.side.namespace(row))
    }

    fn receiver(&self, row: &Row, spec: &str, asked: Option<usize>) -> String {
        let annotations = asked.map_or_else(String::new, |asked| {
            format!("annotations: {{reconcile.fluxcd.io/requestedAt: '{asked}'}}, ")
        });
        let receiver = format!(
            "{{apiVersion: notification.toolkit.fluxcd.io/v1, kind: Receiver, metadata: \
             {{{annotations}{} name: app, namespace: $NS}}, spec: {spec}}}",
            row.metadata
        );
        self.written_out(row, &receiver)
    }

    /// Waits until every requested reconciliation is done, so that later reads see its result.
    ///
    /// Flux's first reconciliation adds its finaliser, calls that handled, and looks at nothing
    /// (fluxcd/notification-controller v1.9.3, `internal/controller/receiver_controller.go`), so
    /// a condition is awaited too, except for a suspended Receiver, which never gets one.
    fn handled(&self, rows: &[Row], wanted: impl Fn(&Row) -> Option<usize>) {
        let all = ["receivers.notification", "--all-namespaces"];
        self.kubectl.until("handled", &all, |receivers| {
            rows.iter().all(|row| {
                let Some(wanted) = wanted(row) else {
                    return true;
                };
                let wanted = wanted.to_string();
                let namespace = self.side.namespace(row);
                let receiver = observe::in_namespace(receivers, &namespace).next();
                receiver.is_some_and(|receiver| {
                    let status = &receiver["status"];
                    let looked_at = status["conditions"].is_array();
                    status["lastHandledReconcileAt"] == wanted
                        && (looked_at || receiver["spec"]["suspend"] == true)
                })
            })
        });
    }

    /// Sends what is to be sent, and looks until everything is as expected: what was seen last.
    fn watch(&self, rows: &[Row]) -> Vec<Lines> {
        let mut answers: Vec<Lines> = rows.iter().map(|_| Lines::new()).collect();
        let mut seen = Vec::new();
        comes(|| {
            for (row, answers) in rows.iter().zip(&mut answers) {
                self.send(row, answers);
            }
            seen = observe::all(&self.kubectl, self.side, rows);
            for (seen, answers) in seen.iter_mut().zip(&answers) {
                seen.extend(answers.iter().cloned());
            }
            let mut both = rows.iter().zip(&seen);
            both.all(|(row, seen)| *seen == self.side.expected(row))
        });
        seen
    }

    /// Sends what has not been answered as expected yet: what serves may be behind what is seen.
    fn send(&self, row: &Row, answers: &mut Lines) {
        let expected = self.side.expected(row);
        for request in &row.sent {
            let mine = |answer: &String| request.is_answer(answer);
            if answers
                .iter()
                .any(|answer| mine(answer) && expected.contains(answer))
            {
                continue;
            }
            let answer = self.exchange(row, request);
            answers.retain(|answer| !mine(answer));
            answers.insert(request.answered(&answer));
        }
    }

    fn exchange(&self, row: &Row, request: &Request) -> String {
        let Request {
            method,
            target,
            headers,
            body,
            ..
        } = request;
        let target = self.written_out(row, target);
        match try_request(self.address, method, &target, headers, body) {
            Ok((status, _)) => status.to_string(),
            Err(error) => error.to_string(),
        }
    }

    /// Deletes all Receivers for the next program, and shows that nothing delays their deletion.
    fn clear(&self) {
        let all = ["receivers.notification", "--all-namespaces"];
        let delete = [&["delete", "--all", "--wait=false"], &all[..]].concat();
        self.kubectl.ok(&delete);
        self.kubectl.until("gone", &all, |receivers| {
            receivers["items"].as_array().is_some_and(Vec::is_empty)
        });
    }
}
