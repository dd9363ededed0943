# Everything below var/ is made by these targets; nothing is installed on the machine.
# Variables: ODOO_SOURCE=/path/to/odoo-19  PYTHON=/path/to/python  PGHOST=...
#            SERVE=0 (demo: stop instead of serving)  PORT=8069  KEEP_POSTGRES=1
.PHONY: help setup demo test lint format pot clean

# Compiled Python too stays below var/.
export PYTHONPYCACHEPREFIX := $(CURDIR)/var/pycache

PYTHON3 := $(or $(PYTHON),python3)

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: ## Get Odoo 19 and all that the other targets need, into var/
	@$(PYTHON3) scripts/setup.py

demo: setup ## Install the addons with demo data, run a dunning day, serve it
	@$(PYTHON3) scripts/run_demo.py

test: ## Lint, install, and run every test (gets a Chromium for the browser tests)
	@$(PYTHON3) scripts/setup.py --browser
	@$(PYTHON3) scripts/run_tests.py

lint: setup ## Run the linters alone
	@scripts/lint.sh

format: setup ## Format the Python code and mend what the linter can
	@var/venv/bin/ruff format .
	@var/venv/bin/ruff check --fix .

pot: setup ## Export the translation templates and bring fr.po up to date
	@$(PYTHON3) scripts/export_translations.py

clean: ## Stop the private PostgreSQL and remove var/
	@$(PYTHON3) scripts/postgres.py stop
	@rm -rf var
