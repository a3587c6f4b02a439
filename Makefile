# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Needs make, bash, git and a python3 >= 3.11 with venv. All it makes is in .venv/ and .build/ (`make clean`).
# Another interpreter: make PYTHON=python3.12 test

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
SHELL := bash
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
# Version and path of the real interpreter, before .venv/bin comes first on PATH.
BASE_PYTHON := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2], sys._base_executable)' 2>/dev/null)
PYTHON_VERSION := $(firstword $(BASE_PYTHON))
PYTHON_PATH := $(wordlist 2,99,$(BASE_PYTHON))

SITE := .venv/lib/python$(PYTHON_VERSION)/site-packages
BASE := .venv/.base-$(PYTHON_VERSION)
DEMO := .venv/.demo
DEV := .venv/.dev
AZURITE := .build/azurite
IMPORTER := .build/importer
EDA := .build/eda
AWX := .build/awx
BROWSER := .build/browser

# `demo` comes before `venv`, so that a cold run proves that demo.txt is enough for it.
# What follows `--` runs beside the next lane: integration tests wait for the simulator, ansible-test keeps one core busy.
# The steps that copy the collection for ansible-test are in one lane, as they share the copy. `+tools` waits for what both lanes need, and
# only what needs none of it stands before.
STEPS := demo venv -- tools integration -- sanity +tools lint changelog-lint docs-lint unit units-oldest molecule docs importer

unexport ANSIBLE_CONFIG PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH VIRTUAL_ENV GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/$(AZURITE)/node_modules/.bin:$(PATH)
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/$(SITE)
export ANSIBLE_HOME := $(CURDIR)/.build/ansible
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/.build/hypothesis
export PYTHONPYCACHEPREFIX := $(CURDIR)/.build/pycache
# uv trusts the system's certificates only when it is told to (two names, old and new).
export UV_SYSTEM_CERTS := 1
export UV_NATIVE_TLS := 1
export UV_PYTHON_DOWNLOADS := never

PYTEST := python -m pytest
# antsibull writes a log into the home.
ANTSIBULL := mkdir -p .build/home && HOME="$(CURDIR)/.build/home"

.PHONY: help venv tools demo demo-awx test test-all lint unit integration molecule sanity units-oldest units-matrix matrix bench bench-growth mutants soak reliability links docs docs-lint build importer changelog-lint pins clean

help: ## List the targets
	@awk -F ":.*## " '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

$(BASE): tests/requirements/uv.txt tests/tools/make_venv.sh
	@bash tests/tools/make_venv.sh "$(PYTHON)" "$(PYTHON_PATH)" "$(SITE)"
	@touch $@

$(DEMO): $(BASE) tests/requirements/demo.txt
	@uv pip install --quiet --python .venv/bin/python -r tests/requirements/demo.txt
	@touch $@

$(DEV): $(DEMO) tests/requirements/dev.txt
	@uv pip install --quiet --python .venv/bin/python -r tests/requirements/dev.txt
	@touch $@

$(AZURITE)/.tried: tests/tools/azurite.sh
	@bash tests/tools/azurite.sh $(AZURITE)
	@mkdir -p $(AZURITE) && touch $@

$(EDA)/.tried: tests/tools/eda.sh tests/requirements/eda.txt $(BASE)
	@bash tests/tools/eda.sh $(EDA)
	@mkdir -p $(EDA) && touch $@

$(AWX)/.tried: tests/tools/awx.sh | $(BASE)
	@bash tests/tools/awx.sh $(AWX)
	@touch $@

$(BROWSER)/.tried: $(BASE) tests/tools/browser.sh
	@bash tests/tools/browser.sh $(BROWSER)
	@mkdir -p $(BROWSER) && touch $@

venv: $(DEV) ## Make .venv with everything that the tests need

tools: $(DEV) $(AZURITE)/.tried $(EDA)/.tried $(AWX)/.tried $(BROWSER)/.tried $(IMPORTER)/.made ## Bring what some tests need beside .venv, into .build

demo: $(DEMO) ## Export databases of a simulated cluster, to see it work
	@python -m tests.demo

demo-awx: $(DEV) $(AWX)/.tried ## Set up a stand-in for AWX, and run its jobs with ansible-runner, to see it work
	@python -m tests.awx

test: $(BASE) ## Run all but the long ones; start no step after the first that fails
	@SELECT="-m 'not long'" python tests/tools/run_steps.py "$(MAKE)" $(STEPS)

test-all: $(BASE) ## The same with the examples of all pages, the files of the role, a short soak and all drawn cases
	@PROPERTIES_TIMES=2 python tests/tools/run_steps.py "$(MAKE)" $(STEPS)

lint: $(DEV) $(AWX)/.tried ## yamllint, shellcheck, ansible-lint (production profile)
	@bash tests/tools/lint.sh

unit: $(DEV) $(AZURITE)/.tried ## Unit tests (ARGS='-k name' is passed on to pytest)
	@$(PYTEST) tests/unit -n 2 --dist loadfile --junitxml=.build/junit/unit.xml $(ARGS)

integration: $(DEV) $(AZURITE)/.tried $(EDA)/.tried $(AWX)/.tried $(BROWSER)/.tried ## Integration tests against the simulator (ARGS as above)
	@$(PYTEST) $(or $(FILES),tests/integration) -n 3 --dist loadfile --junitxml=.build/junit/integration.xml $(SELECT) $(ARGS)

SECONDS ?= 300
soak: $(DEV) ## Exports under random faults for SECONDS=300, each compared with the simulator's truth (ARGS='--seed 7')
	@python -m tests.soak --seconds $(SECONDS) $(ARGS)

bench: $(DEV) ## Measure the speed beside that of uri, curl and a bare client, into docs/performance.md (ten minutes; ARGS='--only bulk')
	@python -m tests.benchmark $(or $(ARGS),--write)

bench-growth: $(DEV) ## Measure what more databases and more clusters cost, into docs/scale.md
	@python -m tests.benchmark growth $(or $(ARGS),--write)

molecule: $(DEV) ## Molecule scenarios of the roles against the simulator
	@bash tests/tools/molecule.sh

sanity: $(DEV) ## ansible-test sanity of all but the tests with every Python found
	@bash tests/tools/ansible_test.sh sanity --local --color no --exclude tests/ $(ARGS)

units-oldest: $(DEV) ## Unit tests of the modules on the oldest Python found
	@bash tests/tools/units_matrix.sh oldest

units-matrix: $(DEV) ## The same on every Python found, or on PYTHONS=3.9 (not part of `make test`)
	@bash tests/tools/units_matrix.sh $(or $(PYTHONS),all)

matrix: $(DEV) ## Test with other cores, Pythons and HTTP libraries, or one of them: ONLY=core-2.16 (not part of `make test`)
	@python -m tests.tools.matrix "$(MAKE)" $(ONLY)

mutants: $(DEV) ## Break the collection on purpose, and see the tests notice (not part of `make test`)
	@python -m tests.mutation $(ARGS)

reliability: $(DEV) ## Write the tables of docs/reliability.md from what the last runs have left in .build/
	@python -m tests.tools.reliability

docs-lint: $(DEV) ## Check the plugins' documentation and its references
	@# The reStructuredText that is made of it is read by Sphinx, in make docs.
	@$(ANTSIBULL) antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck --validate-collection-refs=self --disallow-unknown-collection-refs .

links: $(DEV) ## Follow the links of the Markdown pages
	@python -m tests.tools.docsite.links

docs: $(DEV) ## Make the site of the documentation in .build/site/html, without a warning or a dead link
	@bash tests/tools/docs.sh

changelog-lint: $(DEV) $(AWX)/.tried ## Check the changelog's fragments
	@$(ANTSIBULL) antsibull-changelog lint

build: $(DEV) ## Build the archive, install it elsewhere, read every module's documentation from there
	@bash tests/tools/build.sh

$(IMPORTER)/.made: $(BASE) tests/requirements/importer.txt
	@uv venv --quiet --clear --python .venv/bin/python $(IMPORTER)/venv
	@uv pip install --quiet --python $(IMPORTER)/venv/bin/python -r tests/requirements/importer.txt
	@touch $@

importer: build $(IMPORTER)/.made ## Give the archive to galaxy-importer, as Galaxy does
	@bash tests/tools/importer.sh

pins: $(BASE) ## Write tests/requirements/*.txt anew from the *.in files
	@for set in demo dev importer eda; do uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-annotate \
	  --custom-compile-command "make pins" tests/requirements/$$set.in -o tests/requirements/$$set.txt || exit; done

clean: ## Remove everything that these targets made
	rm -rf .venv .build
