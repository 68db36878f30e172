# make run · make test · make lint · make bench: each sets up .venv by itself, from the lock files.
# `make run` installs the run-time packages only; the others add the development set.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3
BIN := .venv/bin
CORPUS ?= corpus/sample
OUT ?= runs
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --no-deps --progress-bar off

# pip's hundreds of lines, folded into one that counts (a line every 25 packages where there is no terminal)
define install_lock
total=$$(grep -c '==' $(1)); [ -t 1 ] && tty=1 || tty=0; \
$(PIP) --require-hashes -r $(1) 2>&1 | awk -v total=$$total -v tty=$$tty ' \
  /^(Collecting|Processing|Requirement already satisfied:|Ignoring) / { n++; name = ($$1 == "Requirement" ? $$4 : $$2); sub(/.*[/]/, "", name); \
    if (tty) { printf "\r  [%3d/%d] %-48.48s", n, total, name; fflush() } \
    else if (n % 25 == 0) { printf "  [%3d/%d]\n", n, total; fflush() } } \
  /^Installing collected/ { if (tty) printf "\r%70s\r", ""; print "  unpacking (half a minute or so)"; fflush() } \
  /^ERROR|^  *ERROR|error:/ { if (tty) printf "\n"; print; fflush() }'
endef

.PHONY: run test lint bench sample lock clean
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
	@for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script; done

# builds the fictional sample documents anew from corpus/sample/text
sample: .venv/dev.done
	@$(BIN)/python -m corpus.sample.build

# resolves pyproject.toml anew (needs uv); the locks hold versions and hashes, no addresses
lock:
	@uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements.lock
	@uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --all-extras pyproject.toml -o requirements-dev.lock

.venv/run.done: requirements.lock pyproject.toml
	@echo "Setting up .venv with $$(grep -c '==' requirements.lock) packages (a minute or two, only the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(call install_lock,requirements.lock)
	@$(PIP) --quiet --no-build-isolation --editable .
	@touch $@

.venv/dev.done: .venv/run.done requirements-dev.lock
	@echo "Adding the development packages"
	@$(call install_lock,requirements-dev.lock)
	@touch $@

clean:
	rm -rf .venv build *.egg-info
