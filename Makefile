# Two commands for a fresh machine: `make train` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: help train test coverage test-slow test-browser test-oldest check check-javascript mutate fuzz faults bench bench-quick \
	bench-web clean

help:
	@echo "make train        train the default network on MNIST and report its accuracy"
	@echo "make test         run the test suite"
	@echo "make coverage     run the test suite, and print which lines and branches it leaves out"
	@echo "make test-slow    run the long proofs"
	@echo "make test-browser run the tests of the pages, in Chromium"
	@echo "make test-oldest  run the test suite with the oldest dependencies claimed"
	@echo "make check        lint, formatting and types; of the pages' JavaScript also the tests"
	@echo "make mutate       are small faults in the source noticed? a sample of 600, under an hour; MUTANTS=all for every one"
	@echo "make fuzz         read 2,000 damaged and hostile files of each format; INPUTS=100000 for more"
	@echo "make bench        race against other libraries, an hour; make bench-quick in under 4"
	@echo "make bench-web    load the live page's server, and time its answers in Chromium, some 3 minutes"
	@echo "make faults       try kills, damage, signals and hostile files, 20 minutes, and write the table of docs/reliability.md"
	@echo "make clean        remove the environments and caches"

train: $(VENV)/installed
	$(BIN)/glassnet train

# On as many processors as there are, up to four. `make coverage` is `make test`, watched.
SHARED := --numprocesses auto --maxprocesses 4
test: $(VENV)/developing
	$(BIN)/python -m $(if $(filter coverage,$(MAKECMDGOALS)),coverage run -m) pytest $(SHARED)

coverage: test
	-@$(BIN)/python -m coverage combine --quiet 2> /dev/null  # what a process that was killed left is no data file
	$(BIN)/python -m coverage report

# A run that was stopped goes on where it was.
MUTANTS ?= 600
SEED ?= 0
mutate: $(VENV)/developing
	$(BIN)/python tests/mutation/mutate.py --mutants $(MUTANTS) --seed $(SEED)

INPUTS ?= 2000
fuzz: $(VENV)/developing
	$(BIN)/python tests/fuzzing/fuzz.py --inputs $(INPUTS)

test-slow: $(VENV)/developing
	$(BIN)/python -m pytest -m slow --durations=10 $(SHARED)  # together under 12 minutes on two processors

test-browser: $(VENV)/developing
	$(BIN)/python -m pytest -m browser

test-oldest: .venv-oldest/developing
	.venv-oldest/bin/python -m pytest $(SHARED)

check: $(VENV)/developing check-javascript
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# Node comes as a Python package; what it checks with, ESLint and TypeScript, stands in package.json.
WITH_NODE := PATH="$(abspath $(BIN)):$$PATH" npm --silent
check-javascript: $(VENV)/javascript
	$(WITH_NODE) run lint
	$(WITH_NODE) run types
	$(WITH_NODE) test

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "glassnet needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --constraint constraints.txt --upgrade pip
	$(PIP) install --constraint constraints.txt --build-constraint constraints.txt --editable .
	@touch $@

$(VENV)/developing: $(VENV)/installed
	$(PIP) install --constraint constraints.txt --build-constraint constraints.txt --editable '.[all]' --group dev
	@touch $@

$(VENV)/javascript: $(VENV)/developing package.json
	$(PIP) install --constraint constraints.txt --group javascript
	$(WITH_NODE) install --ignore-scripts --no-audit --no-fund
	@touch $@

.venv-oldest/developing: pyproject.toml constraints-oldest.txt constraints.txt
	$(PYTHON) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet --constraint constraints.txt --upgrade pip
	.venv-oldest/bin/python -m pip install --quiet --constraint constraints-oldest.txt --editable '.[all]' --group test
	@touch $@

bench: .venv-bench/installed
	.venv-bench/bin/python benchmarks/race.py

bench-quick: .venv-bench/installed
	.venv-bench/bin/python benchmarks/race.py --quick

bench-web: $(VENV)/developing
	$(BIN)/python benchmarks/web.py
	$(BIN)/python benchmarks/answering.py

faults: $(VENV)/developing
	$(BIN)/python -m benchmarks.faults

.venv-bench/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --constraint constraints.txt --upgrade pip
	.venv-bench/bin/python -m pip install --quiet --constraint constraints.txt --editable . --group bench
	@touch $@

clean:
	rm -rf $(VENV) .venv-oldest .venv-bench node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage* build
