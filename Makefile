# One word for each thing that one does here; `make` alone lists them.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: help setup test test-fast search chaos lint format schemas docs demo up down

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(VENV)/ready ## a virtual environment with the package and everything for tests

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

test: setup ## every test; those on a real Kafka need Docker
	$(BIN)/python -m pytest -n auto --dist loadfile

test-fast: setup ## the tests that need nothing but Python, up to the first failure
	$(BIN)/python -m pytest -x -m "not kafka and not compose"

search: setup ## the properties again, with examples that nobody has tried
	HYPOTHESIS_PROFILE=search $(BIN)/python -m pytest -n auto --dist loadfile -m "not kafka and not compose"

chaos: setup ## a borough survives everything at once, three minutes, on a real Kafka (bench/chaos.py: the long form)
	$(BIN)/python -m pytest tests/cluster/test_chaos.py

lint: setup ## style, types and schemas
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m safeguarding.wire.lint schemas

format: setup ## put code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schemas: setup ## write schemas/ from the models (UNRELEASED=1: replace the newest instead of keeping it)
	$(BIN)/python -m safeguarding.wire.generate schemas $(if $(UNRELEASED),--unreleased)
	$(BIN)/python -m safeguarding.wire.lint schemas

docs: setup ## write docs/rules.md from the rule pack, docs/who-may-know.md from the policy
	$(BIN)/safeguarding rules --markdown > docs/rules.md
	$(BIN)/python -m safeguarding.routing.page docs/who-may-know.md

demo: setup ## a borough's year in a minute, without Kafka
	$(BIN)/safeguarding demo

up: ## Kafka and the pipeline on this machine, in Docker
	docker compose up --detach --build --wait

down: ## stop them, keep their data
	docker compose down
