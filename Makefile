# `make` lists what there is. Each target sets up what it needs, and again when the pins in requirements/ change.

# The Python that the virtual environments are made with: 3.11, 3.12 or 3.13.
PYTHON ?= python3
# The dbt to demonstrate and test with: 1.11, or 1.10 (1.10.8, the oldest that the package supports).
DBT ?= 1.11
# More arguments for pytest: make test PYTEST_ARGS='-k reconcile -x'
PYTEST_ARGS ?=

ifeq ($(DBT),1.11)
VENV := .venv
else
VENV := .venv-dbt-$(DBT)
endif
# What needs a dbt of its own, whatever DBT says.
OLDEST := .venv-dbt-1.10
FUSION := .venv-fusion

export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Progress is read while it comes, also when the output is a pipe.
export PYTHONUNBUFFERED := 1

.PHONY: help demo test test-all test-thorough test-postgres test-matrix test-interop bench-harness bench-blocks bench-quality lint parse wheel pins clean
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1  \2/p' Makefile | awk '{ printf "  make %-14s", $$2; $$1 = $$2 = ""; print }'

demo: $(VENV)/.ready  ## migrate real flight data, legacy to dbt: profile, check, reconcile, publish, roll back
	@"$(VENV)/bin/python" demo/run.py

test: $(VENV)/.ready  ## the pytest suite on DuckDB, the integration project and the demo in it
	"$(VENV)/bin/python" -m pytest -q -n 2 --dist loadfile -m "not thorough" $(PYTEST_ARGS)

# TESTED=1 says that `make test` has just passed: .ci/run doesn't run the same tests twice.
test-all: lint parse wheel $(if $(TESTED),,test) test-thorough test-postgres test-matrix  ## test, lint, parse (dbt 1.11, 1.10.8, Fusion), wheel, Postgres, matrix

# What takes long, as 200 flips under readers do.
test-thorough: $(VENV)/.ready
	"$(VENV)/bin/python" -m pytest -q -n 2 --dist loadfile -m thorough $(PYTEST_ARGS)

# Starts a private Postgres on the loopback and stops it; when it can't be started the run fails. What no engine is asked for ran in `make test`.
test-postgres: $(VENV)/.ready
	"$(VENV)/bin/python" -m pytest -q -n 2 --dist loadfile --dbt-engine postgres -k postgres $(PYTEST_ARGS)

# Each dbt on each Python that is here; nox names those that aren't. NOX_ARGS='-s dbt-1.10-3.12' runs one.
test-matrix: .venv/.checks  ## the harness' tests on dbt 1.10.8 and 1.11 and each Python of 3.11 to 3.13 that is here
	.venv/bin/python -m nox $(NOX_ARGS)

# PACKAGES=<folder with copies of dbt_utils, dbt_expectations and dbt_date> takes these and needs no network.
test-interop: $(VENV)/.ready  ## dbt_utils and dbt_expectations beside the package, in one project; from the hub
	"$(VENV)/bin/python" integration_tests/interop/run.py $(if $(PACKAGES),--packages "$(PACKAGES)") $(INTEROP_ARGS)

bench-harness: .venv-bench/.ready .venv-bench-duckdb/.pins  ## measure the macro-test harness beside its peers; some fifteen minutes
	.venv-bench/bin/python benchmarks/harness/run.py --python-duckdb .venv-bench-duckdb/bin/python \
		--json target/bench-harness.json $(BENCH_ARGS)

# PACKAGES=<folder with a copy of dbt_utils> adds its date spine.
bench-blocks: $(VENV)/.ready  ## measure the building blocks (spine, pivot, scd2, satellite) beside hand-written SQL
	"$(VENV)/bin/python" benchmarks/blocks/run.py $(if $(PACKAGES),--packages "$(PACKAGES)") \
		--json target/bench-blocks.json $(BENCH_ARGS)

# PACKAGES=<folder with copies of dbt_expectations, dbt_utils and dbt_date> adds the tests of dbt_expectations.
bench-quality: $(VENV)/.ready  ## measure checks beside tests of dbt, profiles beside SUMMARIZE, anomaly tests beside three sigma
	"$(VENV)/bin/python" benchmarks/quality/checks.py duckdb $(if $(PACKAGES),--packages "$(PACKAGES)") --json target/bench-checks.json
	"$(VENV)/bin/python" benchmarks/quality/profiles.py --json target/bench-profiles.json
	"$(VENV)/bin/python" benchmarks/quality/anomalies.py --json target/bench-anomalies.json

lint: .venv/.checks  ## ruff, mypy, the SQL style, yamllint
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy
	.venv/bin/python scripts/check_sql_style.py
	.venv/bin/python scripts/make_harness_reference.py --check
	.venv/bin/python -m yamllint --strict .

parse: .venv/.ready $(OLDEST)/.pins $(FUSION)/.pins  ## parse every dbt project here, warnings being errors, on each dbt
	.venv/bin/python scripts/parse_projects.py .venv/bin/dbt
	.venv/bin/python scripts/parse_projects.py $(OLDEST)/bin/dbt
	.venv/bin/python scripts/parse_projects.py $(FUSION)/bin/dbt

wheel: .venv/.checks  ## build the Python distribution and install it in an empty environment
	.venv/bin/python scripts/check_wheel.py

pins:  ## write requirements/*.txt anew from pyproject.toml (needs uv)
	scripts/pin.sh

clean:  ## remove what the other targets made
	rm -rf .venv .venv-* dist target logs .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf demo/output demo/target demo/logs demo/dbt_packages
	rm -rf integration_tests/target integration_tests/logs integration_tests/dbt_packages
	find src tests demo integration_tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# The pins of an environment ...
.venv/.pins: requirements/dbt-1.11.txt
	@scripts/make_venv.sh "$(PYTHON)" .venv $<
	@touch $@

.venv-dbt-%/.pins: requirements/dbt-%.txt
	@scripts/make_venv.sh "$(PYTHON)" .venv-dbt-$* $<
	@touch $@

.venv-bench/.pins: requirements/bench.txt
	@scripts/make_venv.sh "$(PYTHON)" .venv-bench $<
	@touch $@

.venv-bench-duckdb/.pins: requirements/bench-duckdb.txt
	@scripts/make_venv.sh "$(PYTHON)" .venv-bench-duckdb $<
	@touch $@

$(FUSION)/.pins: requirements/fusion.txt
	@scripts/make_venv.sh "$(PYTHON)" $(FUSION) $<
	@touch $@

# ... then the distribution itself, from src/: these two files say its version, its entry points and its dependencies.
%/.ready: %/.pins pyproject.toml dbt_project.yml
	@"$*/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.checks: .venv/.ready requirements/check.txt
	@.venv/bin/python -m pip install --quiet --no-deps --requirement requirements/check.txt
	@.venv/bin/python -m pip check
	@touch $@
