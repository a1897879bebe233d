# Needs Go, make and, for verify, git; conformance needs Node.js too. Nothing else has
# to be installed.

GO ?= go
FUZZTIME ?= 30s
ROUNDS ?= 5
SIZES ?= 1,100,1000,10000
BENCH_OUT ?= docs/benchmarks.md
BENCH ?= .
COUNT ?= 1

.PHONY: help build demo test conformance generate verify fuzz bench bench-go release-schemas clean

help:
	@echo "make build     build bin/thvctl"
	@echo "make demo      build, lint an example with mistakes, compile a good one to both forms"
	@echo "make test      go vet, gofmt and all tests"
	@echo "make conformance  hold the output against real ToolHive and a real API server"
	@echo "make generate  write what is generated from the schema and the rules"
	@echo "make verify    generate, tidy go.mod, and demand that nothing changed and that"
	@echo "               the schemas break nobody who relies on the last release"
	@echo "make fuzz      run each fuzz target for $(FUZZTIME) (FUZZTIME=5m for longer)"
	@echo "make bench     measure thvctl beside kubeconform, conftest and cue vet, and write"
	@echo "               $(BENCH_OUT) (ROUNDS=1 SIZES=1,100 BENCH_OUT=try.md for a look)"
	@echo "make bench-go  the Go benchmarks, with allocations (BENCH=Stage COUNT=10 for benchstat)"
	@echo "make clean     remove bin/"

build:
	$(GO) build -o bin/thvctl ./cmd/thvctl

# $(call show,CODE,ARGUMENTS) runs thvctl in examples/ as a reader of the README
# would, and shows an exit code other than 0.
define show
	@printf '\n$$ thvctl %s\n' '$(2)'; \
	cd examples && { code=0; ../bin/thvctl $(2) || code=$$?; } && \
	{ [ $$code -eq 0 ] || echo "(exit code $$code)"; } && [ $$code -eq $(1) ]
endef

demo: build
	@printf '\nA webhook file with mistakes:\n'
	$(call show,1,lint mistakes.yaml)
	@printf '\nA good one, compiled for the command line and for Kubernetes:\n'
	$(call show,0,compile --form cli webhooks.yaml)
	$(call show,0,compile --form crd --emit manifest webhooks.yaml)
	@printf '\nOne configuration has one hash, whatever it is written in:\n'
	$(call show,0,compile --hash webhooks.yaml webhooks.cue company-webhooks.yaml)

test:
	$(GO) vet ./...
	@unformatted=$$($$($(GO) env GOROOT)/bin/gofmt -l .); [ -z "$$unformatted" ] || { echo "gofmt wants to change:"; echo "$$unformatted"; exit 1; }
	$(GO) test ./...

conformance:
	$(MAKE) -C conformance conformance

generate:
	cd schema && $(GO) run ./gen
	$(GO) run ./compiler/token/gen
	if ls docs/gen/*.go >/dev/null 2>&1; then $(GO) run ./docs/gen; fi

# The schemas of the last release are those that others rely on.
accepted = $(wildcard schema/released/accepted)

verify: generate build
	@bin/thvctl schema diff $(addprefix --accept ,$(accepted)) schema/released schema || { \
		echo "breaks that are wanted go to schema/released/accepted, line by line, see docs/schema-evolution.md"; exit 1; }
	$(GO) mod tidy
	@changes=$$(git status --porcelain) || exit 1; [ -z "$$changes" ] || { \
		echo "not clean after generating:"; echo "$$changes"; git --no-pager diff; exit 1; }

# go test fuzzes one target at a time, so ask each package which it has.
fuzz:
	@targets=$$($(GO) test -list '^Fuzz' ./...) || { echo "$$targets"; exit 1; }; \
	echo "$$targets" | awk '/^Fuzz/ { name[++n] = $$1 } /^ok/ { for (i = 1; i <= n; i++) print $$2, name[i]; n = 0 }' | \
	while read -r package target; do \
		echo "== $$package $$target"; \
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$package" </dev/null || exit 1; \
	done

bench:
	$(GO) run ./bench/run -rounds $(ROUNDS) -sizes $(SIZES) -o $(BENCH_OUT)

bench-go:
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) ./...

# A part of making a release: from here on nobody may be broken.
release-schemas:
	rm -rf schema/released
	mkdir -p schema/released
	cp -R schema/crd schema/jsonschema schema/released

clean:
	rm -rf bin
