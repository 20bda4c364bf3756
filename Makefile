# Two commands for a fresh machine: `make train` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: help train test coverage test-slow test-browser test-oldest check check-javascript mutate fuzz faults bench bench-quick \
	bench-web bench-browser alarm docs dist release-check clean

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
	@echo "make docs         build the documentation site, in build/docs; its notebooks are run by make test-slow"
	@echo "make bench        race against other libraries, an hour; make bench-quick in under 4"
	@echo "make bench-web    load the live page's server, and time its answers in Chromium, some 3 minutes"
	@echo "make bench-browser  time training in the browser, beside NumPy and TensorFlow.js, some 3 minutes"
	@echo "make faults       try kills, damage, signals and hostile files, 20 minutes, and write the table of docs/reliability.md"
	@echo "make alarm        is the last bench-quick 10% slower than the one kept before? it is kept in build/race"
	@echo "make dist         build wheel and sdist into dist, the same bytes each time, and look at them"
	@echo "make clean        remove the environments and caches"

train: $(VENV)/installed
	$(BIN)/glassnet train

# By one process more than there are processors, up to four, as some tests wait for servers and clocks. A file of the suite
# is run by one of them, so that what its tests share is made once. `make coverage` is `make test`, watched.
WORKERS = --numprocesses $(shell $(PYTHON) -c 'import os; print(min(4, os.cpu_count() + 1))')
SHARED = $(WORKERS) --dist loadfile
test: $(VENV)/developing
	$(BIN)/python -m pytest $(SHARED)

coverage: export COVERAGE_PROCESS_START := $(CURDIR)/pyproject.toml
coverage: export COVERAGE_FILE := $(CURDIR)/.coverage
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
	$(BIN)/python -m pytest -m slow --durations=10 $(WORKERS) --dist loadgroup  # together under 12 minutes on two processors

test-browser: $(VENV)/developing
	$(BIN)/python -m pytest -m browser --numprocesses 2 --dist loadfile

test-oldest: .venv-oldest/developing
	.venv-oldest/bin/python -m pytest $(SHARED)

check: $(VENV)/developing check-javascript
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff

# Without any network; whatever Sphinx or the check of links remarks on fails it.
docs: $(VENV)/documenting build/page/digits.html build/page/class.html
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --nitpicky --quiet --jobs auto --builder html docs build/docs
	$(BIN)/python docs/check_site.py build/docs

# The network to draw for that the site has on a page of its own; `make clean` lets go of it.
build/page/digits.html: | $(VENV)/documenting
	rm -rf build/digits && mkdir -p build/page
	$(BIN)/python -m glassnet train --recipe fast --run build/digits --json > /dev/null
	$(BIN)/python -m glassnet export build/digits --format html --output $@

build/page/class.html: | $(VENV)/documenting
	mkdir -p build/page
	$(BIN)/python -m glassnet classroom --output $@

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

$(VENV)/documenting: $(VENV)/installed
	$(PIP) install --constraint constraints.txt --build-constraint constraints.txt --editable '.[all]' --group docs
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

bench-browser: $(VENV)/javascript
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python benchmarks/training_in_browser.py

alarm:
	$(PYTHON) benchmarks/alarm.py build/race/race-quick.json benchmarks/results/race-quick.json

# As old as the last commit, unless SOURCE_DATE_EPOCH says otherwise.
dist: $(VENV)/developing
	rm -rf dist
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} $(BIN)/python -m build --no-isolation
	$(BIN)/python -m twine check --strict dist/*
	$(BIN)/check-wheel-contents dist/*.whl

# Does the tag name what is built?  make release-check TAG=v0.1.0
release-check:
	grep -qx 'version = "$(TAG:v%=%)"' pyproject.toml
	grep -qx 'version: $(TAG:v%=%)' CITATION.cff
	grep -q '^## $(TAG:v%=%) ([0-9]' CHANGELOG.md  # with its day

faults: $(VENV)/developing
	$(BIN)/python -m benchmarks.faults

.venv-bench/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --constraint constraints.txt --upgrade pip
	.venv-bench/bin/python -m pip install --quiet --constraint constraints.txt --editable . --group bench
	@touch $@

clean:
	rm -rf $(VENV) .venv-oldest .venv-bench node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage* build dist
