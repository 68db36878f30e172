# make run · make test · make lint · make bench: each sets up .venv by itself.
# `make run` needs the run-time packages only; the others add the development set.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
CORPUS ?= corpus/sample
OUT ?= runs

.PHONY: run test lint bench sample clean
.DEFAULT_GOAL := run

run: .venv/run.done
	@$(BIN)/halfloop run $(CORPUS) --out $(OUT)

test: .venv/dev.done
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: .venv/dev.done
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/dev.done
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

sample: .venv/dev.done
	@$(BIN)/python -m corpus.sample.build

.venv/run.done: requirements.lock pyproject.toml
	@echo "Setting up .venv (about 700 MB of packages, a minute or two; only the first time) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install --quiet --progress-bar on --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.done: .venv/run.done requirements-dev.lock
	@echo "Adding the development packages ..."
	@$(PIP) install --quiet --progress-bar on --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

clean:
	rm -rf .venv build *.egg-info
