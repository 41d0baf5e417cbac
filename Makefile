# make demo: the hundred-robot mission, live in the terminal.  make test: everything that is proved, proved again.
# On a fresh Debian 12 with a Swift toolchain, `deps` fetches the rest by apt-get.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test build bench lint deps clean

PACKAGES := libsodium-dev pkg-config gnuplot-nox
SEED := 1
STRICT := --explicit-target-dependency-import-check error
# The tests have flags of their own, and so a folder of their own: the demo's build is never thrown away for them.
TESTED := -c release -Xswiftc -enable-testing --scratch-path .build-test

help:
	@echo 'make demo    build and fly the hundred-robot mission (SEED=1)'
	@echo 'make test    lint, build and run every test'
	@echo 'make build   build the program: .build/release/skein'
	@echo 'make bench   what planning and simulating cost on this machine'
	@echo 'make lint    check the formatting'
	@echo 'make deps    install what is missing ($(PACKAGES))'
	@echo 'make clean   remove what was built'

deps:
	@missing=(); \
	for package in $(PACKAGES); do \
		dpkg -s "$$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing+=("$$package"); \
	done; \
	if (( $${#missing[@]} )); then \
		echo "installing $${missing[*]}"; \
		root=(); if [ "$$(id -u)" != 0 ]; then root=(sudo); fi; \
		"$${root[@]}" apt-get update -q; \
		"$${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$${missing[@]}"; \
	fi
	@command -v swift >/dev/null || { echo 'no swift on the PATH: see https://www.swift.org/install/linux/' >&2; exit 1; }

build: deps
	swift build -c release --product skein

demo: build
	@mkdir -p results
	.build/release/skein sim run sim/scenarios/mesh-cloud-100.toml --seed $(SEED) --watch --json results/demo.json
	@echo
	@echo 'results: results/demo.json'
	@echo 'figures: .build/release/skein sim plot results/demo.json --out results/plots'

test: deps lint
	swift build $(TESTED) $(STRICT) --build-tests
	swift test $(TESTED) --skip-build --parallel

bench: build
	.build/release/skein bench sim
	.build/release/skein bench plan

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources sim Tests

clean:
	rm -rf .build .build-test results
