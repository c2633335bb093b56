# Every target is one thing that a person does here; `make` lists them.
TARGETS := wasm32-unknown-unknown wasm32-wasip2
# A workspace of its own, built where the tests build it.
EXAMPLE := --manifest-path examples/provider-rust/Cargo.toml
EXAMPLE_TARGET := --target-dir target/test-projects/build
# Another: only a change of the contract needs it.
BINDINGS := --manifest-path wit/bindings/Cargo.toml
FIRST_BUILD := The first build takes some minutes: downloads (74 MB), then about 500 crates, WebAssembly's compiler among them.
LOOPBACK := --receiver-addr 127.0.0.1:9292 --health-addr 127.0.0.1:9440 --metrics-addr 127.0.0.1:8080
BIN := target/debug
# The packages whose build makes components.
NOT_PURE := bellpull bellpull-bundle bellpull-tests bellpull-fuzz

# Every provider's cases by this binary.
replay = for folder in tests/cases/*/; do \
		provider=$$(basename $$folder); \
		printf '\n== %s\n' $$provider; \
		$(1) check $$provider $$folder || exit 1; \
	done

.PHONY: help target build run test test-pure test-sandbox test-cluster e2e-plugin check test-languages lint lint-format lint-clippy lint-documentation bindings chart fix verify-release attack bench bench-cluster fuzz soak upgrade image release

help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1	/p' $(MAKEFILE_LIST)

target:
	@for target in $(TARGETS); do \
		rustup target list --installed | grep -qx $$target || rustup target add $$target || exit 1; \
	done

build: target
	@test -d target/debug || echo "$(FIRST_BUILD)"
	cargo build --locked --package bellpull

run: build ## build, list the sample Receivers, and serve them on loopback
	@PATH="$(CURDIR)/$(BIN):$$PATH" bellpull receivers --manifests examples/quickstart --send-hints \
		| sed 's#^  bellpull #  $(BIN)/bellpull #'
	@echo
	$(BIN)/bellpull serve --manifests examples/quickstart $(LOOPBACK)

test: test-pure test-sandbox test-cluster ## everything: the three classes, one after another

test-pure: ## units of host and plugins, rules of the tree; needs cargo alone
	cargo test --locked --workspace $(foreach package,$(NOT_PURE),--exclude $(package))

test-sandbox: target ## components, recorded deliveries, the served binary; needs targets of WebAssembly
	cargo test --locked $(foreach package,$(NOT_PURE),--package $(package)) --lib --bins --test sandbox --test corpus
	@$(call replay,$(BIN)/bellpull-under-test)

test-cluster: target ## a real API server beside Flux's controllers; needs Go
	cargo test --locked --package bellpull-tests --test cluster --test soak

e2e-plugin: target ## from a new project to a signed plugin in a cluster, a broken version and another key; prints what each step took
	cargo test --locked --package bellpull-tests --test cluster plugin_walk:: -- --nocapture

check: build ## replay every recorded delivery through its provider; a table each
	@$(call replay,$(BIN)/bellpull)

test-languages: ## SDKs, kits and examples beside Rust; needs go, clang, node, npm, python3 and registries
	tests/languages.sh

lint: lint-format lint-clippy lint-documentation ## formatting, clippy, documentation

lint-format:
	cargo fmt --all --check
	cargo fmt $(EXAMPLE) --check
	cargo fmt $(BINDINGS) --check

lint-clippy: target
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo clippy --locked $(EXAMPLE) $(EXAMPLE_TARGET) --all-targets -- -D warnings

lint-documentation: target
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items

bindings: ## write the bindings of the SDKs from the contract, after a change of wit/; needs Go
	cargo run --locked --quiet $(BINDINGS) --target-dir target/bindings

chart: ## copy the manifests that the Helm chart reads into it, after a change of one
	cd examples/kubernetes/chart/manifests && for file in $$(find . -type f); do cp ../../$$file $$file || exit 1; done

fix: target ## what formatting and clippy can mend themselves
	cargo fmt --all
	cargo fmt $(EXAMPLE)
	cargo clippy --locked --workspace --all-targets --fix --allow-dirty

verify-release: target ## what is too heavy for every change: release build, benchmarks, another architecture, languages, licences
	tests/verify-release.sh

image: ## the image for this machine, without a registry, in target/image.tar; needs python3 and buildah
	mkdir -p target
	tests/release/image.sh $(shell uname -m) target/image.tar

release: ## all that a release is made of, in target/release-artifacts; needs python3, buildah and Go; ARCHITECTURES="x86_64 aarch64"
	tests/release.sh $(ARCHITECTURES)

attack: target ## how a neighbour fares beside each attack, on a release build; SECONDS=60 for each, ATTACKS="a b" for these
	cargo bench --locked --package bellpull-tests --bench attack -- $(SECONDS) $(ATTACKS)

fuzz: target ## fuzz the readers of hostile text, TIME=60 seconds each, or TARGETS="a b"; needs a C++ compiler
	tests/fuzz.sh

soak: target ## two replicas under deliveries of every provider while one thing after another fails, each accounted for; MINUTES=60, RATE=30 a second, FAULTS="plugin secret" for these, PROFILE=dev for the development build; needs Go
	cargo bench --locked --package bellpull-tests --profile $(or $(PROFILE),bench) --bench soak -- $(or $(MINUTES),60) $(or $(RATE),30) $(FAULTS)

upgrade: target ## two replicas from another commit to this one and back, under load; FROM=COMMIT names it; needs Go
	tests/upgrade.sh

bench: target ## ratios of one run; needs wrk
	cargo bench --locked --package bellpull-tests --bench sandbox --bench providers --bench filters --bench gateway --bench plugins --bench start

bench-cluster: target ## Bellpull beside Flux's controller on one API server; needs wrk and Go; PHASES="start fanout" runs these
	cargo bench --locked --package bellpull-tests --bench cluster -- $(PHASES)
