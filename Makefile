# make demo    train on real handwritten digits, from nothing, and open the sealed test part
# make test    every check of the project: style, types, import order, documentation, tests
# PYTHON=python3.12 make ...    use that interpreter (3.11, 3.12 or 3.13) for the new environment

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test bench docs test-browser
.DELETE_ON_ERROR:

demo: .venv/installed
	$(BIN)/thalweg fit digits --open-test --again # so that the demo can be run twice

test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/sphinx-build --quiet --fail-on-warning --fresh-env --jobs 2 --builder html docs build/docs
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

docs: .venv/installed-dev
	$(BIN)/sphinx-build --quiet --fail-on-warning --builder html docs build/docs
	@echo "read build/docs/index.html"

bench: .venv/installed-bench
	$(BIN)/python -m bench

test-browser: .venv/installed-dev
	$(BIN)/pytest -m browser

# Each stamp stands for one set of packages; it is made again when what it was made from changes.
.venv/installed: pyproject.toml | .venv/bin/python
	$(PIP) --editable .
	touch $@

.venv/installed-dev: pyproject.toml | .venv/bin/python
	$(PIP) --editable '.[dev,docs]'
	touch $@ .venv/installed

.venv/installed-bench: pyproject.toml bench/requirements.txt | .venv/bin/python
	$(PIP) --editable . --requirement bench/requirements.txt
	touch $@ .venv/installed

.venv/bin/python:
	$(PYTHON) -m venv .venv
