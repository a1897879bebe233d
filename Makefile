# Needs Go, make and, for verify, git. Nothing else has to be installed.

GO ?= go
FUZZTIME ?= 30s

.PHONY: help build demo test generate verify fuzz bench clean

help:
	@echo "make build     build bin/thvctl"
	@echo "make demo      build, lint an example with mistakes, compile a good one to both forms"
	@echo "make test      go vet, gofmt and all tests"
	@echo "make generate  write what is generated from the schema and the rules"
	@echo "make verify    generate, tidy go.mod, and demand that nothing changed"
	@echo "make fuzz      run each fuzz target for $(FUZZTIME) (FUZZTIME=5m for longer)"
	@echo "make bench     run the benchmarks"
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

generate:
	cd schema && $(GO) run ./gen
	$(GO) run ./compiler/token/gen
	if ls docs/gen/*.go >/dev/null 2>&1; then $(GO) run ./docs/gen; fi

verify: generate
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
	$(GO) test -run '^$$' -bench . -benchmem ./...

clean:
	rm -rf bin
