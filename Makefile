# `make demo` and `make test` need Python 3.11 or newer, and nothing else installed.
PYTHON ?= python3
VENV := .venv
ARGS ?=

.PHONY: demo demo-reset test lint pictures clean

# Each recipe that runs until it is told to end is one plain command: make starts it without a
# shell in between, so that signals reach it.
demo: $(VENV)/.installed
	@$(VENV)/bin/python manage.py demo $(ARGS)

demo-reset: $(VENV)/.installed
	@$(VENV)/bin/python manage.py demo --reset --no-server

test: $(VENV)/.installed
	@$(VENV)/bin/python -m pytest -n 2 $(ARGS)

lint: $(VENV)/.installed
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .

pictures: $(VENV)/.installed
	@$(VENV)/bin/python -m tests.browser.pictures

# The demo's data hold decisions, so they stay: `make demo-reset` is for those.
clean:
	rm -rf $(VENV) staticfiles .pytest_cache .ruff_cache .hypothesis
	find ai_audit eventflow scheduling tests -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.installed: requirements.txt requirements-dev.txt
	@command -v "$(PYTHON)" > /dev/null || { \
	  echo "EventFlow needs Python 3.11 or newer, and there is no $(PYTHON) here. Install it, or" \
	    "name another: make PYTHON=/path/to/python3"; \
	  exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "EventFlow needs Python 3.11 or newer; $(PYTHON) is $$("$(PYTHON)" --version 2>&1)." \
	    "Name another: make PYTHON=/path/to/python3"; \
	  exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2> /dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu they are a package" \
	    "of their own: apt install python3-venv"; \
	  exit 1; }
	@echo "Installing into $(VENV), once ..."
	@"$(PYTHON)" -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
