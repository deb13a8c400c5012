.DEFAULT_GOAL := help
PY := .venv/bin/python
VENV := .venv/.ready

.PHONY: help
help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

# uv itself is pinned, with its hash, in the same lock it then installs.
$(VENV): requirements.lock pyproject.toml
	python3 -m venv --clear .venv
	awk '/^[^ ]/ {keep = /^uv==/} keep' requirements.lock > .venv/uv.lock
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock
	.venv/bin/uv pip sync --quiet --python $(PY) --require-hashes --compile-bytecode requirements.lock
	.venv/bin/uv pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	touch $@

.PHONY: setup
setup: $(VENV)  ## make .venv from the lock

.PHONY: lock
lock: $(VENV)  ## resolve pyproject.toml into requirements.lock
	.venv/bin/uv pip compile --quiet --extra dev --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml -o requirements.lock

