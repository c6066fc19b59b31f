# Everything one does with a clone, by name. `make` alone lists it.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PACKAGES := data mingjian models service training
CODE := $(PACKAGES) benchmarks tests

# A stamp remembers an install. It is made again only when what it was made from changes.
SERVING := $(VENV)/.installed-serving
DEVELOPMENT := $(VENV)/.installed-development
PINS := pyproject.toml constraints.txt

# Peers have environments of their own: their pins and ours exclude each other.
BENCH := .bench
PEERS := $(DEVELOPMENT) $(BENCH)/pipeline/.installed $(BENCH)/infinity/.installed

# HOST counts only where it is given to make: some shells export a HOST of their own.
SETTINGS := $(if $(PORT),MINGJIAN_PORT="$(PORT)") \
	$(if $(findstring command line,$(origin HOST)),MINGJIAN_HOST="$(HOST)")

.DEFAULT_GOAL := help
.PHONY: help install install-dev serve test lint format bench overload soak clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(SERVING) ## Install what serves into .venv (no torch)

install-dev: $(DEVELOPMENT) ## Install what trains, tests and checks as well

serve: $(SERVING) ## Serve on 127.0.0.1:8000 (PORT=… and HOST=… change it)
	@exec env $(SETTINGS) $(BIN)/mingjian serve

test: lint ## Check and test everything (ARGS="-k words" hands options to pytest; -n 0 for one at a time)
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

lint: $(DEVELOPMENT) ## Check style, types, the floors and the declared dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

format: $(DEVELOPMENT) ## Put the code into the house style
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(PEERS) ## Measure beside the peers (ARGS="--quick" takes minutes; benchmarks/README.md)
	$(BIN)/python -m benchmarks.bench $(ARGS)

overload: $(DEVELOPMENT) ## Measure beyond capacity, with clients that misbehave, and kill it under load
	$(BIN)/python -m benchmarks.overload $(ARGS)

soak: $(DEVELOPMENT) ## Serve a mixed load for ten minutes and watch the memory (ARGS="--minutes 60")
	$(BIN)/python -m benchmarks.soak $(ARGS)

clean: ## Remove caches and build output (.venv, runs/ and var/ stay)
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(CODE) -type d -name __pycache__ -prune -exec rm -rf {} +

$(SERVING): $(PINS) | $(BIN)/python
	@echo "Installing what serves into $(VENV) (about a minute) …"
	@$(PIP) install --quiet -c constraints.txt -e .
	@touch $@

$(DEVELOPMENT): $(PINS) | $(BIN)/python
	@echo "Installing what trains and tests into $(VENV) (a few minutes) …"
	@$(PIP) install --quiet -c constraints.txt -e ".[train,dev,bench]"
	@touch $(SERVING) $@

$(BENCH)/%/.installed: benchmarks/peers/%.txt | $(BIN)/python
	@echo "Installing $* into $(BENCH) (a few minutes) …"
	@$(BIN)/python -m venv --clear $(BENCH)/$*
	@$(BENCH)/$*/bin/python -m pip --disable-pip-version-check install --quiet -r $<
	@touch $@

# PYTHON=/path/to/python chooses another interpreter than the first that is new enough.
$(BIN)/python:
	@for python in $(PYTHON) python3.11 python3 python; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -m venv --clear $(VENV) && exit 0; \
		echo "$$python could not make a virtual environment in $(VENV)." >&2; \
		echo "On Debian and Ubuntu, install python3-venv and try again." >&2; exit 1; \
	done; \
	echo "Mingjian needs Python 3.11 or newer, and found none as python3.11 or python3." >&2; \
	echo "Install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1
