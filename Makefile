# Every command of the project. On a fresh Debian machine with Python 3.11 each of them does its own set-up.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PORT ?= 8501
JOBS ?= 2
PYTHON ?= python3.11

# Modules are started with `python -m`: scripts of a virtual environment name its path, which may hold spaces or move.
PY := .venv/bin/python
# The pins name every package, so nothing is resolved (`--no-deps`): a version published later can never enter. `pip check` finds what lacks.
PIP := $(PY) -m pip --disable-pip-version-check --no-input -qq
RUN_READY := .venv/.ready-run
DEV_READY := .venv/.ready-dev
LOCK := $(PY) -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host $(if $(UPGRADE),--upgrade)

.PHONY: help run test test-fast check bench bench-browser bench-figures samples clean lock

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

run: $(RUN_READY) ## Set up what is missing and open the dashboard at http://127.0.0.1:8501 (another port: make run PORT=8600).
	@$(PY) -m streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT)

test: $(DEV_READY) ## Run every test, those in a real Chromium too; screenshots land in artifacts/screens (some tests only: ARGS="-k map").
	@sh .ci/setup-system
	@$(PY) -m pytest -n $(JOBS) $(ARGS)

test-fast: $(DEV_READY) ## Run the tests that need neither a browser nor a server: unit, property, contract and app.
	@$(PY) -m pytest -n $(JOBS) $(wildcard tests/unit tests/property tests/contract tests/app) $(ARGS)

check: $(DEV_READY) ## Check style with ruff and types with mypy (strict on lib).
	@$(PY) -m ruff check .; style=$$?; $(PY) -m mypy && exit $$style

bench: $(RUN_READY) ## Measure the reading of large workbooks, and the CPU of a rerun of each page (fail over the budget: ARGS=--limit).
	@$(PY) -m tests.load.reading $(filter --limit,$(ARGS))
	@$(PY) -m tests.load.bench $(ARGS)

bench-browser: $(DEV_READY) ## Measure clicks in Chromium against the exact limits, alone on the machine (the suite widens them).
	@YJPT_BENCH_BROWSER=1 $(PY) -m pytest tests/browser/test_renewal_speed.py tests/browser/test_map.py -k "speed or in_time or little_work"

bench-figures: $(RUN_READY) ## Measure all figures over 36 months: cold, from cache, at city scale, beside plain group-bys (fail over a limit: ARGS=--limit).
	@$(PY) -m tests.load.figures $(ARGS)

samples: $(RUN_READY) ## Write the demonstration workbooks in data/samples anew, from their seed.
	@$(PY) -m lib.demo.samples $(ARGS)

clean: ## Remove the virtual environment, caches and artifacts; the database in data/var stays.
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov artifacts
	@find app.py lib pages tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

lock: $(DEV_READY) ## Pin requirements*.in into requirements*.txt, keeping pins that still fit (newest versions: make lock UPGRADE=1).
	@$(LOCK) --output-file requirements.txt requirements.in
	@$(LOCK) --output-file requirements-dev.txt requirements-dev.in
	@! grep -nE '^-|://' requirements.txt requirements-dev.txt || { echo "An address or option slipped into the pins." >&2; exit 1; }

$(RUN_READY): requirements.txt
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "$(PYTHON) is missing. On Debian 12: apt-get install python3.11 python3.11-venv" >&2; \
		echo "If Python 3.11 has another name here: make $(MAKECMDGOALS) PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
		echo "$(PYTHON) is not Python 3.11: $$("$(PYTHON)" --version 2>&1)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python lacks its venv module. On Debian 12: apt-get install python3.11-venv" >&2; exit 1; }
	@echo "Setting up .venv from requirements.txt, about half a minute ..."
	@"$(PYTHON)" -m venv --clear .venv
	@$(PIP) install --no-deps -r requirements.txt
	@$(PIP) check
	@touch $@

$(DEV_READY): requirements-dev.txt $(RUN_READY)
	@echo "Adding requirements-dev.txt to .venv ..."
	@$(PIP) install --no-deps -r requirements-dev.txt
	@$(PIP) check
	@touch $@
