# Each target works from a fresh clone and makes its own virtual environment.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
# Silences the theme's notice about mkdocs 2, which has no plugins; strict is unaffected.
export NO_MKDOCS_2_WARNING := 1
# Every process of a test reads what the first one compiled.
unexport PYTHONDONTWRITEBYTECODE
# The program that checks the scripts asks nobody for a newer version of itself.
export DENO_NO_UPDATE_CHECK := 1
SCRIPTS := docs/assets/javascripts/*.js

.DEFAULT_GOAL := help
.PHONY: help doctor serve build publish pdf check-sources collect test test-all test-fast measure lint lint-python lint-scripts export zensical schemas pins system-packages clean

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-16s %s\n", $$1, $$2}'
	@echo '  ORGANIZATION=path make build   build the site for a file in another place than organization.local.yml'

serve: $(VENV)/site.stamp  ## Serve the site on http://127.0.0.1:8000 and rebuild on every edit
	$(BIN)/mkdocs serve --strict --dev-addr 127.0.0.1:$(PORT)

doctor: $(VENV)/site.stamp  ## Check the file of your organization alone, and say what was read
	$(BIN)/python -m macros doctor

build: $(VENV)/site.stamp  ## Build the site into site/, strict
	$(BIN)/mkdocs build --strict

publish: $(VENV)/site.stamp  ## Build the site and all that a server needs into build/publish; ADDRESS=URL names its place
	$(BIN)/python -m macros publish build/publish $(if $(ADDRESS),--address "$(ADDRESS)")

pdf: $(VENV)/site.stamp  ## Print the guide into build/pdf (needs Chromium); PART="plan deploy" takes these sections
	$(BIN)/python -m macros pdf build/pdf $(addprefix --part ,$(PART))

check-sources: $(VENV)/site.stamp  ## Ask for the pages behind the facts: which changed, moved or are gone (needs the network)
	$(BIN)/python -m macros check-sources $(if $(RECORD),--record macros/data/source-digests.yaml) $(addprefix --only ,$(ONLY))

test: $(VENV)/dev.stamp system-packages  ## Run what a change is tried on (a browser and DNS servers are installed if missing)
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not thorough"

test-all: $(VENV)/dev.stamp system-packages  ## Run every test with all of its cases, as before a release
	$(BIN)/python -m pytest -n auto --dist worksteal

collect: $(VENV)/dev.stamp  ## Find all tests, which compiles them once for every process that runs some
	$(BIN)/python -m pytest --collect-only -qq > /dev/null

test-fast: $(VENV)/dev.stamp  ## Run the tests that need neither DNS servers, nor a browser, nor a built site
	$(BIN)/python -m pytest -n auto -m "not slow and not thorough and not servers and not browser and not site" --hypothesis-profile=quick

measure: $(VENV)/dev.stamp  ## Compare the time of a build with plain Material building the expanded pages
	$(BIN)/python -m tests.measure_build

lint: lint-python lint-scripts  ## ruff, mypy, the import rules; format, rules and types of the scripts (deno.json)

lint-python: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

lint-scripts: $(VENV)/dev.stamp
	$(BIN)/deno fmt --check
	$(BIN)/deno lint
	$(BIN)/deno check $(SCRIPTS)
	! grep -nE '^.{121,}' $(SCRIPTS)

export: $(VENV)/site.stamp  ## Write everything the site offers for download into build/export
	$(BIN)/python -m macros export build/export

zensical: $(VENV)/dev.stamp  ## Build the site with Zensical, the successor of mkdocs, into build/zensical/site
	$(BIN)/python -m macros expand build/zensical
	cd build/zensical && $(abspath $(BIN))/python -m zensical build --clean --strict
	$(BIN)/python -m macros search-index build/zensical/site

schemas: $(VENV)/site.stamp  ## Write the JSON Schemas that editors use to check the YAML
	$(BIN)/python -m macros schemas

system-packages:
	@sh tests/system-packages.sh

pins: $(VENV)/dev.stamp  ## Pin every dependency again, with hashes and without addresses (needs uv)
	uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements.txt
	uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements-dev.txt --extra test --extra lint -c requirements.txt

clean:  ## Remove what the targets made
	rm -rf $(VENV) site build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; name one: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing; on Debian: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/site.stamp: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/site.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
