# make demo: the hundred-robot mission, live in the terminal, then twenty real daemons.  make test: everything that is
# proved without network namespaces or a guest; test-net and test-radio prove the rest.
# On a fresh Debian 12 with a Swift toolchain, `deps` fetches the rest by apt-get.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test test-net test-top test-radio test-log firmware test-firmware schemas fuzz build built built-program \
	built-tests built-fuzz resolved bench bench-load bench-lcm bench-kernels kernels deb check-deb lint deps deps-net deps-test deps-top \
	deps-log deps-radio deps-firmware deps-deb clean

PACKAGES := libsodium-dev libnl-3-dev libnl-genl-3-dev libncurses-dev libzstd-dev libmicrohttpd-dev libgps-dev pkg-config \
	gnuplot-nox bubblewrap
PACKAGES_NET := iproute2 nftables python3 minisign
PACKAGES_TOP := tmux python3 procps
PACKAGES_LOG := python3 python3-venv protobuf-compiler
PACKAGES_FIRMWARE := gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm gcc libc6-dev gpsd python3 python3-venv
PACKAGES_RADIO := qemu-system-x86 busybox-static iw iproute2 cpio binutils xz-utils
PACKAGES_DEB := dpkg-dev debhelper python3
PACKAGES_CHECK_DEB := lintian mandoc man-db groff-base zsh fish shellcheck systemd debootstrap iproute2 util-linux
SEED := 1
PACKAGES_LCM := liblcm-dev
# Of each target of make fuzz.
SECONDS := 600
# One file to carry to a robot: nothing of the Swift toolchain is needed to run it.
PROGRAM := -c release --static-swift-stdlib
STRICT := --explicit-target-dependency-import-check error
# The tests have flags of their own, and so a folder of their own: the demo's build is never thrown away for them.
TESTED := -c release -Xswiftc -enable-testing --scratch-path .build-test

help:
	@echo 'make demo        build and fly the hundred-robot mission, and one of twenty real daemons (SEED=1)'
	@echo 'make test        lint, build and run every test'
	@echo 'make test-net    daemons in network namespaces; needs root'
	@echo 'make test-top    the dashboard in tmux, on twenty daemons and a simulation of a hundred robots'
	@echo 'make test-radio  daemons on the kernel'"'"'s nl80211 in a guest, without KVM'
	@echo 'make test-log    flight logs against the reference reader and Rerun, which it fetches from PyPI once'
	@echo 'make firmware    the motor controller'"'"'s firmware: firmware-bridge/build/skein-stm32f4.elf'
	@echo 'make test-firmware  its logic on this computer, its program in an emulated STM32F405 with pymavlink'
	@echo 'make schemas     messages and descriptors of the logs from their .proto files'
	@echo 'make fuzz        everything that reads bytes of others, each target for SECONDS=600'
	@echo 'make build       build the programs: .build/release/skein and skein-gateway'
	@echo 'make -j2 built   build all that the tests and drills run, side by side (after make deps)'
	@echo 'make kernels     build the example kernel in C: field-configs/kernels/mandelbrot'
	@echo 'make deb         the Debian package: $(PACKAGE)/skein_VERSION_ARCH.deb'
	@echo 'make check-deb   its form, its scripts, and two robots with nothing but Debian and it; needs root'
	@echo 'make bench       what planning and simulating cost on this machine'
	@echo 'make bench-load  many members on one shared channel; needs root'
	@echo 'make bench-lcm   the same beside LCM, which it installs ($(PACKAGES_LCM)) and builds against apart; needs root'
	@echo 'make bench-kernels  EKF and PSO beside C++ with Eigen and Python, which it installs (libeigen3-dev; numpy, pyswarms'
	@echo '                 from PyPI) and builds against apart'
	@echo 'make lint        check the formatting'
	@echo 'make deps        install what is missing ($(PACKAGES))'
	@echo 'make clean       remove what was built'

# Installs what is missing of the packages named.
define install
	@missing=(); \
	for package in $(1); do \
		dpkg -s "$$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing+=("$$package"); \
	done; \
	if (( $${#missing[@]} )); then \
		echo "installing $${missing[*]}"; \
		root=(); if [ "$$(id -u)" != 0 ]; then root=(sudo); fi; \
		"$${root[@]}" apt-get update -q; \
		"$${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$${missing[@]}"; \
	fi
endef

deps:
	$(call install,$(PACKAGES))
	@command -v swift >/dev/null || { echo 'no swift on the PATH: see https://www.swift.org/install/linux/' >&2; exit 1; }

deps-net:
	$(call install,$(PACKAGES_NET))

deps-log:
	$(call install,$(PACKAGES_LOG))

# Of its package promtool alone, which checks the metrics: all of it would start a server as well.
PROMTOOL := .build-test/promtool
deps-test:
	@command -v promtool >/dev/null || [ -x $(PROMTOOL) ] || { \
		echo 'fetching promtool'; \
		folder=$(PROMTOOL).package; mkdir -p "$$folder"; cd "$$folder"; \
		root=(); if [ "$$(id -u)" != 0 ]; then root=(sudo); fi; \
		apt-get download -q prometheus || { "$${root[@]}" apt-get update -q; apt-get download -q prometheus; }; \
		dpkg -x prometheus_*.deb .; \
		cp usr/bin/promtool ../promtool; cd ..; rm -r promtool.package; }

deps-top:
	$(call install,$(PACKAGES_TOP))

deps-firmware:
	$(call install,$(PACKAGES_FIRMWARE))

deps-radio:
	$(call install,$(PACKAGES_RADIO))

deps-deb:
	$(call install,$(PACKAGES_DEB))

build: deps
	swift build $(PROGRAM) --product skein
	swift build $(PROGRAM) --product skein-gateway

# All that test, test-net, test-top, test-radio and fuzz build, each in a folder of its own. One build leaves a core idle
# most of the time, for rooms are compiled one after another; two do not.
built: built-program built-tests built-fuzz

# Two that fetch the packages at once would both write which versions they are.
built-program built-tests built-fuzz: resolved
resolved:
	swift package resolve

built-program:
	swift build $(PROGRAM) --product skein
	swift build $(PROGRAM) --product HwsimMedium
	swift build $(PROGRAM) --product skein-gateway
	swift build $(PROGRAM) --product ViewDemo

built-tests:
	swift build $(TESTED) $(STRICT) --build-tests

built-fuzz:
	Tests/fuzz/run --build

demo: build
	@mkdir -p results
	.build/release/skein sim run sim/scenarios/mesh-cloud-100.toml --seed $(SEED) --watch --json results/demo.json
	@echo
	@echo 'results: results/demo.json'
	@echo 'figures: .build/release/skein sim plot results/demo.json --out results/plots'
	@echo
	@echo 'and twenty real daemons, each a process of its own:'
	.build/release/skein lab run sim/scenarios/field-20.toml --seed $(SEED) --json results/lab.json

test: deps deps-net deps-test lint
	swift build $(TESTED) $(STRICT) --build-tests
	swift test $(TESTED) --skip-build --parallel

test-net: build deps-net
	Tests/net/run --skein .build/release/skein

test-top: build deps-top
	swift build $(PROGRAM) --product skein-gateway
	swift build $(PROGRAM) --product ViewDemo
	Tests/top/run --skein .build/release/skein --demo .build/release/ViewDemo

test-radio: build deps-radio
	swift build $(PROGRAM) --product HwsimMedium
	Tests/radio/run signals .build/release/HwsimMedium
	Tests/radio/run cells .build/release/HwsimMedium
	Tests/radio/run hierarchy .build/release/HwsimMedium .build/release/skein

# python3-venv for the reference reader; root for the drill with a small disk.
test-log: build deps-log
	Tests/log/run --skein .build/release/skein

firmware: deps-firmware
	$(MAKE) -C firmware-bridge

# The logic and the link on this computer, the generated headers, and the program in an emulator.
test-firmware: firmware build
	$(MAKE) -C firmware-bridge test dialect
	Tests/firmware/run --skein .build/release/skein

schemas: deps-log
	Sources/SkeinLog/Schemas/generate

# Where the package goes.
PACKAGE := results
deb: build deps-deb
	swift build $(PROGRAM) --product skein-gateway
	field-configs/debian/package .build/release $(PACKAGE)

# Which: form, cells, robots.
CHECKS := form cells robots
check-deb: deb
	$(call install,$(PACKAGES_CHECK_DEB))
	$(AS_ROOT) Tests/deb/run $(PACKAGE)/skein_*.deb $(CHECKS)

fuzz: deps
	Tests/fuzz/run $(SECONDS)

bench: build
	.build/release/skein bench sim
	.build/release/skein bench plan
	.build/release/skein bench seal
	.build/release/skein bench transfer
	.build/release/skein bench roundtrip

# As root, where this shell is not.
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

bench-load: build deps-net
	$(AS_ROOT) .build/release/skein bench mesh-load

# In a folder of its own: nothing else is ever built with LCM.
LCM := -c release --scratch-path .build-lcm
bench-lcm: deps deps-net
	$(call install,$(PACKAGES_LCM))
	SKEIN_LCM=1 swift build $(LCM) --product skein
	SKEIN_LCM=1 swift build $(LCM) --product LCMBench
	.build-lcm/release/skein bench roundtrip
	$(AS_ROOT) .build-lcm/release/skein bench lcm

# In folders of their own, both rivals: nothing that flies is ever built with them. The C++ compiler is the toolchain's.
EIGEN := -c release --scratch-path .build-kernels
KERNELS_PYTHON := .build-kernels/venv
bench-kernels: deps
	$(call install,libeigen3-dev libstdc++-12-dev python3-venv)
	SKEIN_EIGEN=1 swift build $(EIGEN) --product skein
	SKEIN_EIGEN=1 swift build $(EIGEN) --product EigenBench
	@[ -x $(KERNELS_PYTHON)/bin/pip ] || python3 -m venv $(KERNELS_PYTHON)
	$(KERNELS_PYTHON)/bin/pip install -q numpy pyswarms
	.build-kernels/release/skein bench kernels --python $(KERNELS_PYTHON)/bin/python

# A Swift toolchain brings a C compiler along.
kernels: KERNEL_CC := $(firstword $(foreach name,cc clang,$(shell command -v $(name))))
kernels:
	$(KERNEL_CC) -O2 -Wall -Wextra -o field-configs/kernels/mandelbrot field-configs/kernels/mandelbrot.c

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources sim Tests

clean:
	rm -rf .build .build-test .build-radio .build-fuzz .build-log .build-schemas .build-lcm .build-kernels .build-deb .build-firmware \
		firmware-bridge/build results
