# `make demo` and `make test` need only make and python3 (3.11 or newer, with venv); everything else they install.
# Package indexes come from the machine's own pip, uv and npm settings; none is named here.

PYTHON ?= python3
WORKERS ?= 2
BROWSER ?= yes
BIN := .venv/bin
STAMP := .venv/stamp
FLEET := $(CURDIR)/.venv/fleet
VENDOR := src/gongjian/static/vendor

.DEFAULT_GOAL := help
.PHONY: help install demo test fleet oldest lint bench wheel bundle lock clean

# uv where the machine has it (seconds), else the pip that every venv carries (under a minute).
ifneq ($(shell command -v uv),)
PIP_INSTALL := uv pip install --quiet --python $(BIN)/python
else
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

# Pins and hashes alone; where a package comes from is not written unless it is asked for.
COMPILE = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

install: $(STAMP)/base $(VENDOR)/.checked ## .venv with the gongjian command, and the front-end files
	@echo "Installed: $(BIN)/gongjian"

demo: install ## build the synthetic zone and serve it at http://127.0.0.1:8000
	@$(BIN)/gongjian demo

ifeq ($(BROWSER),no)
BROWSER_STAMP :=
ON_SQLITE := not browser
else
BROWSER_STAMP := $(STAMP)/browser
ON_SQLITE :=
endif

test: lint $(VENDOR)/.checked $(BROWSER_STAMP) ## all checks, all tests on SQLite, the database's tests again on PostgreSQL
	$(BIN)/python -m pytest -n $(WORKERS) -m "$(ON_SQLITE)" --ignore tests/fleet
	GONGJIAN_TEST_DATABASE=postgres $(BIN)/python -m pytest -n $(WORKERS) -m "database and not browser" --ignore tests/fleet
	PYTHONPATH=$(FLEET) $(BIN)/python -m pytest -rs tests/fleet

fleet: $(FLEET)/.installed ## PySpark in .venv/fleet (456 MB), for rulebooks over many zones; `make test` then tests them

oldest: $(VENDOR)/.checked $(BROWSER_STAMP) .venv/oldest/chromium ## the browser tests in Chromium 109, the oldest promised
	GONGJIAN_CHROMIUM=$(CURDIR)/.venv/oldest/chromium $(BIN)/python -m pytest -n $(WORKERS) -m browser

lint: $(STAMP)/dev ## style, types, the import rule, missing migrations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	@echo "Looking for missing migrations"; home=$$(mktemp -d); \
	DATABASE_URL= GONGJIAN_HOME=$$home $(BIN)/django-admin makemigrations --check --dry-run --settings gongjian.settings; \
	code=$$?; rm -rf "$$home"; exit $$code

bench: $(STAMP)/dev bench/.venv/.installed ## measure, print the table, write bench/results.json and the README's score table
	$(BIN)/python -m bench.run $(if $(MATERIAL),--material $(MATERIAL))

wheel: install ## dist/gongjian-*.whl, front-end files included
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/gongjian-*.whl

bundle: wheel ## dist/bundle: everything an isolated network needs
	rm -rf dist/bundle && mkdir -p dist/bundle
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
		-r requirements/base.txt --dest dist/bundle
	cp dist/gongjian-*.whl docs/operators-guide.md dist/bundle/
	cd dist/bundle && sha256sum * > SHA256SUMS && du -sh .

lock: | $(BIN)/python ## resolve the requirements anew, without the address of any index
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(COMPILE) pyproject.toml requirements/build.in -o requirements/base.txt
	$(COMPILE) pyproject.toml requirements/build.in --group dev -c requirements/base.txt -o requirements/dev.txt
	$(COMPILE) requirements/npm.in -o requirements/npm.txt
	$(COMPILE) requirements/fleet.in -c requirements/base.txt -o requirements/fleet.txt

clean: ## remove everything that make made, except var/ (the data)
	rm -rf .venv $(VENDOR) node_modules build dist src/*.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis \
		.import_linter_cache bench/.venv

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Gongjian needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3 install"; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "The venv could not be made; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(STAMP)/base: pyproject.toml requirements/base.txt | $(BIN)/python
	@echo "Installing the Python packages of requirements/base.txt ..."
	@$(PIP_INSTALL) --require-hashes -r requirements/base.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/dev: $(STAMP)/base requirements/dev.txt
	@echo "Installing the development packages of requirements/dev.txt ..."
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENDOR)/.checked: package.json package-lock.json scripts/frontend.py scripts/frontend.sha256 requirements/npm.txt | $(STAMP)/base
	@$(BIN)/python scripts/frontend.py
	@touch $@

$(FLEET)/.installed: requirements/fleet.txt | $(STAMP)/dev
	@echo "Installing the packages of requirements/fleet.txt ..."
	@$(PIP_INSTALL) --no-deps --require-hashes --target $(FLEET) -r requirements/fleet.txt
	@touch $@

bench/.venv/.installed: bench/requirements.txt | $(STAMP)/dev
	@echo "Installing the peers of bench/requirements.txt ..."
	@$(BIN)/python -m venv bench/.venv
	@bench/.venv/bin/python -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@touch $@

.venv/oldest/chromium: scripts/oldest/package-lock.json scripts/oldest_browser.py | $(STAMP)/dev
	@$(BIN)/python scripts/oldest_browser.py $@

$(STAMP)/browser: $(STAMP)/dev scripts/browser.py tests/browser.py
	@$(BIN)/python scripts/browser.py
	@touch $@
