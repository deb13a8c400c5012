.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
READY := .venv/.ready
READY_BI := .venv-bi/.ready

# Tests start many processes of this code, which must not compile it each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

# The environment depends on the lock alone: a changed tool setting does not rebuild it.
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

# Superset has an environment of its own: its pins and those of the ETL exclude each other.
$(READY_BI): bi/superset/requirements.lock | $(READY)
	@echo "making .venv-bi with Superset from bi/superset/requirements.lock, once: about a minute"
	@.venv/bin/uv venv --quiet --clear --python $(PYTHON) .venv-bi
	@.venv/bin/uv pip sync --quiet --python .venv-bi/bin/python --require-hashes --compile-bytecode $<
	@touch $@

.PHONY: setup-bi
setup-bi: $(READY_BI)  ## make .venv-bi with Superset from its lock

.PHONY: run
run: $(READY)  ## load the sample pages through the real Airflow DAGs, publish, and answer three questions
	@$(PY) -m devserver.local_run

DEMO := var/demo

.PHONY: demo
demo: $(READY)  ## make a made-up press of two years in var/demo, some ten thousand articles, to look at
	@$(PY) -m demo $(DEMO)/pages
	@KHOBOR_OUTLETS=$(DEMO)/pages/outlets.yml .venv/bin/khobor run --home $(DEMO) $(DEMO)/pages/press.warc.gz
	@.venv/bin/khobor report --home $(DEMO)
	@echo "look at it: KHOBOR_HOME=$(DEMO) make serve"

.PHONY: pictures
pictures: $(READY)  ## draw the pictures in the documents from the demo, after make demo
	$(PY) -m demo.pictures $(DEMO)

.PHONY: serve
serve: $(READY) $(READY_BI)  ## the explorer, Airflow and Superset over what was published, on loopback, until Ctrl-C
	@exec $(PY) -m devserver.serve

.PHONY: airflow
airflow: $(READY)  ## Airflow's command line on the instance of `make serve` (ARGS="dags list")
	@exec $(PY) -m devserver.airflow_command $(ARGS)

# Idle workers take tests from busy ones. Superset's tests need .venv-bi.
PYTEST := $(PY) -m pytest --ignore tests/superset

.PHONY: test
test: $(READY)  ## run the tests in some minutes on two cores, warnings as errors (ARGS="-k name" narrows)
	$(PYTEST) --numprocesses 2 --dist worksteal -m "not slow and not celery and not scheduler" $(ARGS)

.PHONY: test-slow
test-slow: $(READY)  ## run the rest: kills, full disks, browsers, Postgres and S3, memory over many repetitions
	@tests/install-programs
	@tests/scale/install-servers
	$(PYTEST) --numprocesses 2 --dist worksteal -m "slow and not celery and not scheduler" $(ARGS)

.PHONY: coverage
coverage: $(READY)  ## measure how much of the code tests in this process run; fails below the floor in pyproject.toml
	$(PY) -m pytest --quiet --numprocesses 2 --cov --cov-report term -m "not slow" tests/unit tests/sql tests/bi tests/integration/explorer

.PHONY: test-bi
test-bi: $(READY) $(READY_BI)  ## test Superset's dashboards in a real browser, with Airflow running too
	@tests/install-programs
	$(PY) -m pytest tests/superset $(ARGS)

.PHONY: test-scale
test-scale: $(READY)  ## test Postgres, S3 and Celery for real, on servers from packages (some minutes)
	@tests/scale/install-servers
	$(PY) -m pytest -m "celery or not celery" tests/scale $(ARGS)

.PHONY: test-scheduler
test-scheduler: $(READY)  ## feeds, backfill and inbox under Airflow's own scheduler, on loopback (some minutes)
	$(PY) -m pytest -m scheduler tests/scheduler $(ARGS)

.PHONY: test-kill
test-kill: $(READY)  ## kill the commands at every call that changes files, and start them again (ARGS="--points 20" draws some)
	$(PY) -m tests.reliability.kill.matrix $(ARGS)

.PHONY: test-readers
test-readers: $(READY)  ## eight readers through 50 loads and publishes by two loaders (ARGS="--loads 10" shortens)
	$(PY) -W ignore -m tests.reliability.readers.concurrency $(ARGS)

.PHONY: test-outlets
test-outlets: $(READY)  ## collect from 300 made-up outlets of which 60 are broken in as many ways (ARGS="20 60": 20 good)
	$(PY) -m tests.reliability.broken_outlets $(or $(ARGS),240 60)

.PHONY: fuzz
fuzz: $(READY)  ## feed what people may send to the readers of pages, dates, archives and sidecars, for MINUTES=30
	$(PY) -m tests.reliability.fuzz $(or $(MINUTES),30)

.PHONY: lint
lint: $(READY)  ## style, types, import rules and declared dependencies
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/deptry bi dags etl
	.venv/bin/deptry benchmarks demo devserver evaluation tests --ignore DEP002,DEP004

.PHONY: format
format: $(READY)  ## rewrite the code in the project's style
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

.PHONY: evaluate
evaluate: $(READY)  ## quality of extraction and coding on labelled data, one JSON object a line
	@$(PY) -m evaluation

.PHONY: bench
bench: $(READY)  ## run the benchmarks, one JSON object a line: hours (ARGS="extract load" narrows)
	@$(PY) -m benchmarks $(ARGS)

.PHONY: bench-short
bench-short: $(READY)  ## two minutes of benchmarks; fails where a ratio is 20 % worse than committed
	@$(PY) -m benchmarks --short $(ARGS)

.PHONY: bench-record
bench-record: $(READY)  ## all benchmarks and growth, on a quiet machine; rewrites the tables in docs
	@$(PY) -m benchmarks --record $(ARGS)
	@$(PY) -m benchmarks.growth

.PHONY: reference
reference: $(READY)  ## write what is generated: marts' lineage, BI assets, data dictionary, commands, settings, queries
	$(PY) -m etl.publish.lineage
	$(PY) -m bi.superset.generate
	$(PY) -m bi.metabase.generate
	$(PY) -m etl.schema.derive.dictionary
	$(PY) -m etl.schema.derive.diagram
	dot -Tsvg docs/reference/data-model.dot -o docs/reference/data-model.svg
	@home=$$(mktemp -d) && $(PY) -m etl run --home $$home seeds/pages && $(PY) -m etl.cli.reference $$home; \
	  status=$$?; rm -rf $$home; exit $$status

.PHONY: docs
docs: $(READY)  ## build the documents' site into build/site; opens without a server
	.venv/bin/mkdocs build --strict

.PHONY: soak-archive
soak-archive: $(READY)  ## peak memory of taking in a WARC archive of 100 MB and of 1 GB
	@$(PY) -m benchmarks.chain.archive_memory

# In an environment of its own: it brings chardet, whose presence changes what feedparser reads.
CYCLONEDX := .venv/bin/uv tool run --quiet --isolated --python $(PY) --from cyclonedx-bom==7.5.0 cyclonedx-py

.PHONY: sbom
sbom: $(READY)  ## write build/sbom*.cdx.json, the locked packages with versions and hashes (needs network)
	@mkdir -p build
	$(CYCLONEDX) requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
	  --output-file build/sbom.cdx.json
	$(CYCLONEDX) requirements bi/superset/requirements.lock --output-reproducible \
	  --output-file build/sbom-superset.cdx.json

.PHONY: pin-images
pin-images: $(READY)  ## look up digests of images and checksums of downloads, which Docker then insists on (needs network)
	@$(PY) docker/pin_images.py

.PHONY: audit
audit: $(READY)  ## look for known weaknesses in the locked packages (needs network)
	@# strict: a package that the service does not know has not been looked at, which is no pass
	.venv/bin/pip-audit --strict --require-hashes --disable-pip \
	  --requirement requirements.lock --requirement bi/superset/requirements.lock

.PHONY: lock
lock: $(READY)  ## resolve pyproject.toml and Superset's requirements into their lock files
	.venv/bin/uv pip compile --quiet --extra dev --extra scale --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	.venv/bin/uv pip compile --quiet --generate-hashes --no-header --python-version 3.11 bi/superset/requirements.in -o bi/superset/requirements.lock

# The build backend comes from the lock. The tree must be clean: the sdist holds what is in it.
.PHONY: release
release: $(READY)  ## build sdist and wheel into dist/ from a clean tree, and check them
	@test -z "$$(git status --porcelain)" || { echo "commit or stash first: git status" >&2; exit 1; }
	$(PY) -m pytest tests/packaging $(ARGS)
	rm -rf dist
	.venv/bin/uv build --quiet --no-build-isolation --python $(PY) --out-dir dist .
	.venv/bin/uv pip install --quiet --python $(PY) --dry-run dist/*.whl
	cd dist && sha256sum *.whl *.tar.gz > SHA256SUMS && cat SHA256SUMS

.PHONY: env
env:  ## write .env for docker compose, with random secrets
	@$(PYTHON) docker/make_env.py

.PHONY: clean
clean:  ## remove caches and build leftovers; data and environments stay
	rm -rf build dist .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -path "./.venv*" -prune -o -type d -name __pycache__ -exec rm -rf {} +

.PHONY: clean-all
clean-all: clean  ## also remove the environments and var/ with everything loaded there
	rm -rf .venv .venv-bi var
