.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
READY := .venv/.ready

.PHONY: help
help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

# The environment hangs on the lock alone, so that a changed tool setting does not build it anew.
# uv itself is pinned, with its hash, in the same lock it then installs.
.venv/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	  || { echo "Python 3.11 is needed: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "making .venv from requirements.lock, once: about a minute"
	@$(PYTHON) -m venv --clear .venv
	@awk '/^[^ ]/ {keep = /^uv==/} keep' requirements.lock > .venv/uv.lock
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock
	@.venv/bin/uv pip sync --quiet --python $(PY) --require-hashes --compile-bytecode requirements.lock
	@touch $@

$(READY): .venv/.locked pyproject.toml
	@.venv/bin/uv pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: setup
setup: $(READY)  ## make .venv from the lock

.PHONY: run
run: $(READY)  ## load the sample pages through the real Airflow DAGs, publish, and answer three questions
	@$(PY) -m dags.local_run

.PHONY: test
test: $(READY)  ## run all tests on two cores, warnings as errors (ARGS="-k name" narrows)
	$(PY) -m pytest --numprocesses 2 --dist loadfile $(ARGS)

.PHONY: lint
lint: $(READY)  ## style, types and import rules
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo

.PHONY: format
format: $(READY)  ## rewrite the code in the project's style
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

.PHONY: bench
bench: $(READY)  ## run the benchmarks, one JSON object a line
	@set -e; for file in benchmarks/[a-z]*.py; do \
	  [ -e "$$file" ] || { echo "no benchmarks yet" >&2; break; }; \
	  name=$${file%.py}; $(PY) -m "$${name//\//.}"; \
	done

.PHONY: soak-archive
soak-archive: $(READY)  ## peak memory of taking in a WARC archive of 100 MB and of 1 GB
	@$(PY) -m benchmarks.soaks.archive

.PHONY: audit
audit: $(READY)  ## look for known weaknesses in the locked packages (needs network)
	.venv/bin/pip-audit --requirement requirements.lock --require-hashes --disable-pip

.PHONY: lock
lock: $(READY)  ## resolve pyproject.toml into requirements.lock
	.venv/bin/uv pip compile --quiet --extra dev --extra scale --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.lock

.PHONY: clean
clean:  ## remove caches and build leftovers; data and .venv stay
	rm -rf build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -path ./.venv -prune -o -type d -name __pycache__ -exec rm -rf {} +

.PHONY: clean-all
clean-all: clean  ## also remove .venv and var/ with everything loaded there
	rm -rf .venv var
