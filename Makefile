# make run    translate the sample articles with the embedded model
# make test   format, lint, types and the whole test suite
# make test-convert   the tests that convert a real model; installs torch and transformers
# make lock   renew the lock files after a change of the dependencies in pyproject.toml

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Python compiles what is imported when it is; all of the packages at once took half of the installation
INSTALL := $(BIN)/python -m pip install --quiet --no-compile

.PHONY: run test test-convert check lock clean

run: $(VENV)/run.stamp
	$(BIN)/snakemake --cores all

test: $(VENV)/test.stamp check
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

test-convert: $(VENV)/test.stamp
	$(INSTALL) --editable '.[convert]'
	$(BIN)/python -m pytest -m convert --numprocesses auto --dist loadfile

check: $(VENV)/test.stamp
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/snakefmt --check Snakefile workflow training
	$(BIN)/mypy
	$(BIN)/snakemake --lint
	$(BIN)/snakemake -s training/Snakefile --configfile training/config/tiny.yaml --lint

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)
	# pip before 24 crashes on this set of packages
	$(INSTALL) --upgrade 'pip>=24'

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/pip
	$(INSTALL) --requirement requirements.lock
	$(INSTALL) --no-deps --editable .
	touch $@

$(VENV)/test.stamp: requirements-test.lock $(VENV)/run.stamp
	$(INSTALL) --requirement requirements-test.lock
	touch $@

lock:
	$(PYTHON) -m pip install --quiet uv
	uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-header --extra test \
		--constraint requirements.lock pyproject.toml -o requirements-test.lock

clean:
	rm -rf results $(VENV)
