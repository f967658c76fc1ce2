# One command each: `make run` simulates, `make test` tests. Both set up what they need first, in .venv and nowhere else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
RUN := runs/ussr-1945-seed0

.PHONY: setup run report test lint bench bench-peers coverage sham fit docs browser clean help

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(VENV)/ready: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	$(BIN)/uv --version > $@

setup: $(VENV)/ready ## prepare .venv: uv and the locked dependencies

run: setup ## a thousand histories of the USSR and its bloc, 1945-1975
	$(BIN)/thaw run ussr-1945 --out $(RUN) --force
	@echo "Next: make report, or $(BIN)/thaw show history $(RUN) 0"

report: setup ## the run as one HTML page
	$(BIN)/thaw report $(RUN) -o report.html

lint: setup ## ruff and mypy
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy

browser: ## Chromium for the browser tests (Debian's own)
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
		|| echo "No Chromium and no way to install it here: the browser tests will be skipped, each saying so."

test: setup browser lint ## everything CI runs
	$(BIN)/python -m pytest

bench: setup ## speed: the main job, the cascade beside NumPy, Numba and C
	$(BIN)/python -m bench.run
	$(BIN)/python -m bench.cascade

$(PEERS)/ready: requirements-peers.lock pyproject.toml $(VENV)/ready
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	VIRTUAL_ENV=$(CURDIR)/$(PEERS) $(BIN)/uv pip sync --quiet --python $(PEERS)/bin/python requirements-peers.lock
	VIRTUAL_ENV=$(CURDIR)/$(PEERS) $(BIN)/uv pip install --quiet --python $(PEERS)/bin/python --no-deps --editable .
	$(BIN)/uv --version > $@

bench-peers: $(PEERS)/ready ## beside Mesa, agentpy and NumPy: same models, same outcomes, what each costs
	$(PEERS)/bin/python -m bench.peers

coverage: setup ## whether intervals hold the truth and sham causes are seen through: models whose answers are known
	$(BIN)/python -m bench.coverage

sham: setup ## twenty sham causes and ten reversed pairs, asked of the model itself: how many get a false verdict
	$(BIN)/python -m bench.sham

fit: setup ## fit the parameters to the record: the posteriors that come with the package (half an hour on two cores, resumable)
	$(BIN)/thaw fit ussr-1945 --out runs/fit-ussr-1945 --resume
	mkdir -p src/thaw/posteriors
	cp runs/fit-ussr-1945/*.parquet src/thaw/posteriors/
	$(BIN)/python -m thaw.docs --fit runs/fit-ussr-1945

docs: setup ## renew the generated parts of docs/ and README.md
	$(BIN)/python -m thaw.docs

clean: ## remove what make made
	rm -rf $(VENV) $(PEERS) report.html
