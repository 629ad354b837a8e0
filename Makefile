# Treatment-plan scheduling for dry needling clinics. `make help` lists what can be made.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
BY_THEMSELVES := oracle or journey or browser or race or prove
FIRST := -n logical -m "not (thorough or $(BY_THEMSELVES))" tests/unit tests/db tests/web
FAST := -n logical -m "not ($(BY_THEMSELVES))" tests/unit tests/db tests/web
ORACLES := -n logical -m "not prove and oracle" tests/unit/engine tests/db
JOURNEYS := -n logical --dist loadfile -m "not prove and not race and (journey or browser)" tests/journeys tests/unit/cli
RACES := -m "not prove and race" tests/race tests/journeys
DEMO := CLINIC_DEMO=1 CLINIC_LOG_LEVEL=WARNING CLINIC_PORT=$(PORT) \
	CLINIC_URL=http://127.0.0.1:$(PORT) CLINIC_DATABASE_URL=sqlite:///$(CURDIR)/var/demo.db \
	CLINIC_SECRET_KEY=$$(cat var/secret)

# The fast tests alone have to cover what has to be covered: whoever is watched takes twice as long.
# Tests start many processes of their own: without kept bytecode each of them compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup front run test check format lint types contracts audit prove

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1	\2/p' Makefile

setup: $(VENV)/.installed front ## prepare .venv/ and the front end; quick when nothing changed

$(VENV)/.locked: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: set PYTHON=…")'
	@$(PYTHON) -m venv $(VENV) || { echo "A virtual environment cannot be made: install python3-venv."; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.locked setup.cfg pyproject.toml
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation --editable .
	@touch $@

front: $(VENV)/.locked ## build the front end into clinic/static/dist
	@$(BIN)/python clinic/assets/build_frontend.py

var/secret:
	@mkdir -p var
	@umask 077 && $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(48))' > $@

run: setup var/secret ## serve the demo practice at http://127.0.0.1:8000 until Ctrl-C
	@exec env $(DEMO) $(BIN)/clinic demo --seed 1 --serve

test: setup ## while working: what is not thorough side by side in a minute, then journeys, races by themselves
	$(PYTEST) $(FIRST)
	$(PYTEST) $(JOURNEYS)
	$(PYTEST) $(RACES)

check: setup lint types contracts audit ## what has to pass before a change is accepted
	@rm -f .coverage .coverage.*
	$(PYTEST) $(FAST) --cov --cov-report=
	$(PYTEST) $(ORACLES)
	$(PYTEST) $(JOURNEYS)
	$(PYTEST) $(RACES)
	$(BIN)/coverage report --fail-under=95
	$(BIN)/coverage report --fail-under=100 --include='clinic/domain/*,clinic/engine/*'

format: setup ## lay the code out as it should look
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup ## layout and rules of the code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup ## static types
	$(BIN)/mypy

contracts: setup ## what may know what
	$(BIN)/lint-imports --no-logo

audit: setup ## known vulnerabilities of what we depend on, where data can be reached
	@mkdir -p var && rm -f var/audit.json
	$(BIN)/pip-audit --requirement requirements.lock --require-hashes --disable-pip --format json --output var/audit.json \
		|| { test ! -s var/audit.json && echo "audit: no data could be reached, nothing was audited"; }

prove: setup ## hours: everything that takes long, on every database; the report goes to var/prove.json
	$(PYTEST) -p tests.report --report var/prove.json -m prove
	$(BIN)/python -m tests.mutants --report var/prove.json
