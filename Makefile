# `make lab` and `make test` are all a person needs; both install on first use. The other targets are their parts.

PYTHON ?= python3
LAB_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
LOCK := binder/requirements.txt
# What the tests need besides.
TESTS_LOCK := tests/requirements.txt
# Written last, so a .venv without it is half-finished; says for which folder, because a copied .venv points to the old one.
STAMP := $(VENV)/installed-in
TESTS_STAMP := $(VENV)/tests-installed-in

# What cells of TypeScript are checked and run with. npm begins by emptying the folder, so a stamp in it says that it is whole.
TYPESCRIPT := helpers/typescript
NODE_STAMP := $(TYPESCRIPT)/node_modules/installed

# What the lessons as pages are held against.
VALIDATOR := tests/validator
VALIDATOR_STAMP := $(VALIDATOR)/node_modules/installed

# A stamp of another folder, or one whose Python is gone, counts as no stamp.
ifneq ($(shell $(BIN)/python -c '' 2>/dev/null && cat $(STAMP) 2>/dev/null),$(CURDIR))
$(STAMP): FORCE
endif

# Tests replay, at no cost in time or money, whatever the shell that runs them is set to.
CLEAN_ENVIRONMENT := env -u ANTHROPIC_API_KEY -u ANTHROPIC_AUTH_TOKEN -u ANTHROPIC_BASE_URL -u COURSE_MODEL \
	COURSE_MODE=replay COURSE_SPEED=0

.DELETE_ON_ERROR:
.PHONY: help install install-tests node validator lab lite test lint lock clean FORCE

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: $(STAMP) ## install what a learner needs into .venv; does nothing when up to date

install-tests: $(TESTS_STAMP) ## … and what the tests need besides

# Always from nothing: an interrupted or outdated .venv can't leave a package half there, and pip and uv end alike. By the
# interpreter behind a pyenv shim or an activated .venv, because that .venv goes first.
$(STAMP): $(LOCK) pyproject.toml
	@set -e; \
	python=$$($(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11); print(sys._base_executable)' 2>/dev/null) || { \
		echo "$(PYTHON) is missing or older than Python 3.11:" \
			"install a newer one and name it, as in 'make install PYTHON=python3.12'." >&2; \
		exit 2; \
	}; \
	if uv --version >/dev/null 2>&1; then \
		echo "Installing into $(VENV) with uv …"; \
		rm -rf $(VENV); \
		uv venv --quiet --no-config --python "$$python" $(VENV); \
		uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r $(LOCK); \
		uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	elif "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "Installing into $(VENV) with pip: about a minute …"; \
		rm -rf $(VENV); \
		"$$python" -m venv $(VENV); \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $(LOCK); \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .; \
		$(BIN)/python -m pip uninstall -qq --disable-pip-version-check --yes setuptools; \
	else \
		echo "$(PYTHON) cannot make a virtual environment: run 'apt-get install python3-venv' as root, then this again." >&2; \
		exit 2; \
	fi
	@printf '%s\n' '$(CURDIR)' > $@

# Without dependencies, because both locks together name all of them.
$(TESTS_STAMP): $(STAMP) $(TESTS_LOCK)
	@set -e; \
	echo "Installing what the tests need besides …"; \
	if uv --version >/dev/null 2>&1; then \
		uv pip install --quiet --python $(BIN)/python --compile-bytecode --no-deps --require-hashes -r $(TESTS_LOCK); \
	else \
		$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r $(TESTS_LOCK); \
	fi
	@printf '%s\n' '$(CURDIR)' > $@

node: $(NODE_STAMP) ## what the TypeScript lesson needs: its packages, and a Node where there is none or an old one

$(NODE_STAMP): $(STAMP) $(TYPESCRIPT)/package-lock.json $(TYPESCRIPT)/requirements.txt
	@set -e; \
	if ! PATH="$(CURDIR)/$(BIN):$$PATH" node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; then \
		echo "Node is missing or older than Node 20: installing one into $(VENV) …"; \
		if uv --version >/dev/null 2>&1; then \
			uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r $(TYPESCRIPT)/requirements.txt; \
		else \
			$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes \
				-r $(TYPESCRIPT)/requirements.txt; \
		fi; \
	fi; \
	echo "Installing what cells of TypeScript need …"; \
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --prefix $(TYPESCRIPT) --ignore-scripts --no-audit --no-fund --silent
	@touch $@

validator: $(VALIDATOR_STAMP) ## what the lessons as pages are held against: without it that test is skipped

$(VALIDATOR_STAMP): $(VALIDATOR)/package-lock.json
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --prefix $(VALIDATOR) --ignore-scripts --no-audit --no-fund --silent
	@touch $@

lab: $(STAMP) ## open JupyterLab where you stopped; LAB_ARGS="--no-browser --port=8899" is passed on
	$(BIN)/course lab $(LAB_ARGS)

lite: $(TESTS_STAMP) ## the course as a site for a browser alone, in _site; needs npm
	$(CLEAN_ENVIRONMENT) $(BIN)/python -m helpers.lite

test: lint ## run everything that CI runs
	$(CLEAN_ENVIRONMENT) $(BIN)/course build --check
	$(CLEAN_ENVIRONMENT) $(BIN)/python -m pytest --nbval -n 2 --dist loadfile

lint: $(TESTS_STAMP) ## ruff, the floors of the house, and strict mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

# For the oldest Python that pyproject.toml accepts and upwards, whichever runs uv.
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet

lock: ## resolve both locks anew (needs uv); LOCK_ARGS=--upgrade for the newest versions
	$(COMPILE) --group build $(LOCK_ARGS) --output-file $(LOCK)
	$(COMPILE) --extra test --constraint $(LOCK) $(LOCK_ARGS) --output-file $(TESTS_LOCK) \
		$$(sed -n 's/^\([a-z0-9][a-z0-9._-]*\)==.*/--no-emit-package \1/p' $(LOCK))

clean: ## remove what make and the tools wrote
	rm -rf $(VENV) $(TYPESCRIPT)/node_modules $(VALIDATOR)/node_modules _site build .mypy_cache .pytest_cache .ruff_cache
	find helpers tests solutions notebooks -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf
