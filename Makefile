# A plain `make` lists what there is. Everything bootstraps itself into .venv from locked, hashed requirements.
PYTHON ?= python3
UV := .venv/bin/uv
IMAGES := user-management notification
MEMBERS := xray $(addprefix services/,chassis $(IMAGES))
EDITABLE := -e . $(addprefix -e ./,$(MEMBERS))
RUN_STAMP := .venv/.run-$(shell cat requirements/run.txt pyproject.toml $(MEMBERS:%=%/pyproject.toml) 2>/dev/null | cksum | cut -d' ' -f1)
DEV_STAMP := .venv/.dev-$(shell cat requirements/dev.txt pyproject.toml $(MEMBERS:%=%/pyproject.toml) 2>/dev/null | cksum | cut -d' ' -f1)
COMPILE := $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command 'make lock' --no-emit-package serinus-xray --no-emit-package omnitech-chassis \
	--no-emit-package user-management --no-emit-package notification

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types imports unit journeys cluster-journeys long-journeys cluster cluster-down fix lock clean

help: ## list what there is
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUN_STAMP) ## release Notification V2 beside V1 on this machine; options: make demo ARGS="--fault v2=fault:5%"
	@.venv/bin/serinus demo $(ARGS)

test: check unit journeys cluster-journeys ## everything that must hold before a commit lands

check: lint types imports ## formatting, lint, types, import contracts

lint: $(DEV_STAMP)
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .

types: $(DEV_STAMP)
	.venv/bin/mypy

imports: $(DEV_STAMP)
	.venv/bin/lint-imports

unit: $(DEV_STAMP) ## tests of one room at a time; options: make unit ARGS="-k header"
	.venv/bin/pytest -n 2 -m "not journey and not cluster" $(ARGS)

journeys: $(DEV_STAMP) ## the whole product on the laptop, on real components
	.venv/bin/pytest tests/journeys tests/local -m "journey and not cluster and not long" $(ARGS)

cluster-journeys: $(DEV_STAMP) ## the whole product on Kubernetes, on a node of its own (Linux, root)
	.venv/bin/pytest tests/journeys -m "cluster and not long" $(ARGS)

long-journeys: $(DEV_STAMP) ## what CI has no time for: some minutes more
	.venv/bin/pytest tests/journeys -m long $(ARGS)

cluster: $(DEV_STAMP) ## a real one-node Kubernetes with our images and a Gateway (Linux, root; see tests/node)
	.venv/bin/python -m tests.node up
	.venv/bin/python -m tests.node image
	.venv/bin/python -m tests.node gateway

cluster-down: $(DEV_STAMP) ## end it, and leave nothing behind
	.venv/bin/python -m tests.node down

fix: $(DEV_STAMP) ## format and repair what can be repaired
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

lock: $(UV) ## resolve the requirements anew
	$(COMPILE) pyproject.toml --group services -o requirements/run.txt
	$(COMPILE) pyproject.toml --group services --group dev -o requirements/dev.txt
	$(foreach image,$(IMAGES),$(COMPILE) services/requirements.in xray/pyproject.toml services/chassis/pyproject.toml \
		services/$(image)/pyproject.toml -c requirements/run.txt -o services/$(image)/requirements.txt &&) true

clean: ## remove the environment and caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(UV):
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt

$(RUN_STAMP): | $(UV)
	$(UV) pip install -q --python .venv --require-hashes -r requirements/run.txt
	$(UV) pip install -q --python .venv --no-deps --no-build-isolation $(EDITABLE)
	@rm -f .venv/.run-* && touch $@

$(DEV_STAMP): | $(UV)
	$(UV) pip install -q --python .venv --require-hashes -r requirements/dev.txt
	$(UV) pip install -q --python .venv --no-deps --no-build-isolation $(EDITABLE)
	@rm -f .venv/.dev-* && touch $@
