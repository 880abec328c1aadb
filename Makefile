# Everything a newcomer needs is a target here. Each works from a fresh clone, and again afterwards.

PY := .venv/bin/python
PORT ?= 8000
# How many processes run the tests.
JOBS ?= 2
PYTHON ?= python3
# What the sample needs: its story is told on 5 July 2016 (production settings refuse this).
DEMO := EARLYHELP_TODAY=2016-07-05 EARLYHELP_SAMPLE=true
SERVER := .venv/bin/gunicorn earlyhelp.wsgi --config python:earlyhelp.server --bind 127.0.0.1:$(PORT)

.PHONY: help install demo serve test test-long check style audit bench evidence lock sbom

help:
	@echo "make install    the environment, in .venv"
	@echo "make demo       the sample council, on http://127.0.0.1:$(PORT)/"
	@echo "make serve      what DATABASE_URL holds, on the same address"
	@echo "make test       the tests (make test-long: the long ones too)"
	@echo "make check      style, types, templates, migrations, structure"
	@echo "make evidence   what holds each promise, run: docs/evidence.md"
	@echo "make bench      speed, as ratios against a floor"

install: .venv/installed

# Each is done again only when what is locked has changed. What runs the site is installed by
# itself; what tests and checks it comes on top where it is asked for.
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r

.venv/installed: requirements.txt
	@echo "Installing what the site needs into .venv (about 300 MB)"
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PIP) $<
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing what tests and checks it (about 400 MB more)"
	@$(PIP) $<
	@touch $@

demo: install
	@echo "Making the database and collecting the static files"
	@$(DEMO) $(PY) manage.py prepare
	@echo "Loading the sample council (once, about a quarter of a minute)"
	@$(DEMO) $(PY) manage.py load_sample --if-empty
	@echo "The sample council: http://127.0.0.1:$(PORT)/ (stop it with Ctrl-C)"
	@$(DEMO) $(SERVER)

serve: install
	$(PY) manage.py prepare
	@echo "http://127.0.0.1:$(PORT)/ (stop it with Ctrl-C)"
	@$(SERVER)

test: .venv/installed-dev
	$(PY) -m pytest -n $(JOBS) $(ARGS)

test-long: .venv/installed-dev
	$(PY) -m pytest -n $(JOBS) -m "long or not long" $(ARGS)

# The tests that say where code and documents stand are a part of make test as well.
check: style
	$(PY) -m pytest -q tests/test_structure.py tests/test_docs.py

style: .venv/installed-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) tools/measure_code.py --check
	$(PY) tools/draw_structure.py --check
	$(PY) -m djlint templates --lint --quiet
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check --database default --fail-level WARNING

# Asks a vulnerability service on the internet, so it is not part of check; what it cannot be asked
# about is a failure.
audit: .venv/installed-dev
	$(PY) -m pip_audit --strict --require-hashes --disable-pip -r requirements-dev.txt

sbom: install
	@$(PY) tools/sbom.py

bench: .venv/installed-dev
	$(PY) -m benchmarks

# An hour or more. With POSTGRES_URL naming a server's database the tests run there as well. What was
# run already can be given: make evidence RUNS="SQLite=a.xml SQLite=long.xml PostgreSQL=b.xml", files
# of pytest's --junitxml (make test ARGS=--junitxml=a.xml).
EVIDENCE := $(PY) -m pytest -n $(JOBS) -q -m "long or not long"
evidence: .venv/installed-dev
ifdef RUNS
	$(PY) tools/evidence.py $(RUNS)
else
	@mkdir -p var/evidence
	-DATABASE_URL= $(EVIDENCE) --junitxml=var/evidence/sqlite.xml $$($(PY) tools/evidence.py --tests)
	-$(if $(POSTGRES_URL),DATABASE_URL=$(POSTGRES_URL) $(EVIDENCE) --junitxml=var/evidence/postgres.xml $$($(PY) tools/evidence.py --tests))
	$(PY) tools/evidence.py SQLite=var/evidence/sqlite.xml $(if $(POSTGRES_URL),PostgreSQL=var/evidence/postgres.xml)
endif

# Hashes for every platform and every Python from 3.11; no address of any index (docs/decisions/0001).
LOCK := .venv/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header
lock: .venv/installed-dev
	$(LOCK) $(ARGS) --output-file requirements.txt
	$(LOCK) $(ARGS) --group dev --constraints requirements.txt --output-file requirements-dev.txt
