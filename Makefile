# `make demo` and `make test` need Python 3.11 or newer, and nothing else installed.
PYTHON ?= python3
VENV := .venv
ARGS ?=

.PHONY: demo demo-reset test test-all lint bench bench-conflicts bench-queue pictures messages lock clean

# Each recipe that runs until it is told to end is one plain command: make starts it without a
# shell in between, so that signals reach it.
demo: $(VENV)/.installed
	@$(VENV)/bin/python manage.py demo $(ARGS)

demo-reset: $(VENV)/.installed
	@$(VENV)/bin/python manage.py demo --reset --no-server

# What needs no second process and no browser, in two minutes on two cores; then all of it, with
# more examples for each property, and three tests for two cores, for many of them wait.
# Each process reads what was compiled once, also where Python was told to keep nothing of that.
test test-all: export PYTHONDONTWRITEBYTECODE :=
WORKERS := $(shell cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores + cores / 2)))
test: $(VENV)/.installed
	@$(VENV)/bin/python -m pytest -n auto --dist worksteal -m "not long" $(ARGS)

test-all: $(VENV)/.installed
	@$(VENV)/bin/python -m pytest -n $(WORKERS) --dist worksteal --hypothesis-profile thorough $(ARGS)

lint: $(VENV)/.installed
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy --no-error-summary

# The conflict engine beside simpler ways, on a database of its own: make bench-conflicts
# SESSIONS=1000000 takes some minutes.
SESSIONS ?= 100000
bench-conflicts: $(VENV)/.installed
	@$(VENV)/bin/python -m tests.bench.conflicts --sessions $(SESSIONS) $(ARGS)

pictures: $(VENV)/.installed
	@$(VENV)/bin/python -m tests.browser.pictures $(ARGS)

ROWS ?= 10000
bench-queue: $(VENV)/.installed
	@$(VENV)/bin/python -m tests.bench.queue --rows $(ROWS)

# The audit history beside the stock admin, over HTTP, on a server of its own that has some memory:
# make bench ROWS=10000000 takes about an hour and 40 GB.
bench: export EVENTFLOW_STATE := .eventflow/bench
bench: export EVENTFLOW_SERVER_OPTIONS := -c shared_buffers=4GB -c maintenance_work_mem=1GB -c max_wal_size=8GB
bench: $(VENV)/.installed
	@$(VENV)/bin/python -m tests.bench.history --rows $(ROWS)

# Needs GNU gettext (Debian's package `gettext`). The date of extraction is left out: where no
# string has changed, no file does.
CATALOGUE := locale/he/LC_MESSAGES/django.po
messages: $(VENV)/.installed
	@$(VENV)/bin/python manage.py makemessages -l he --no-wrap --no-location --no-obsolete \
	  --ignore $(VENV) --ignore .eventflow --ignore staticfiles --ignore tests
	@grep -Ev '^"(POT-Creation-Date|Report-Msgid-Bugs-To):' $(CATALOGUE) > $(CATALOGUE).new
	@mv $(CATALOGUE).new $(CATALOGUE)
	@$(VENV)/bin/python manage.py compilemessages -l he --ignore $(VENV) --ignore .eventflow

# What is installed: everything, also what our dependencies need, each file by its hash. Run it after
# a change of a pin; what else has moved on stays as it is locked, unless ARGS=--upgrade.
lock: $(VENV)/.installed
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@for name in requirements requirements-dev; do \
	  $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-annotate --no-header $(ARGS) $$name.txt --output-file $$name.lock || exit 1; \
	done

# The demo's data hold decisions, so they stay: `make demo-reset` is for those.
clean:
	rm -rf $(VENV) staticfiles .pytest_cache .ruff_cache .mypy_cache .hypothesis .coverage .coverage.*
	find ai_audit eventflow scheduling tests -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.installed: requirements-dev.lock
	@command -v "$(PYTHON)" > /dev/null || { \
	  echo "EventFlow needs Python 3.11 or newer, and there is no $(PYTHON) here. Install it, or" \
	    "name another: make PYTHON=/path/to/python3"; \
	  exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	  echo "EventFlow needs Python 3.11 or newer, and $(PYTHON) is not that. Name another:" \
	    "make PYTHON=/path/to/python3"; \
	  exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2> /dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu they are a package" \
	    "of their own: apt install python3-venv"; \
	  exit 1; }
	@echo "Installing into $(VENV), once ..."
	@"$(PYTHON)" -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  -r requirements-dev.lock
	@touch $@
