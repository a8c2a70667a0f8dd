# make run    the program        make check   lint, types, layers     make bench        speed
# make test   all tests          make soak    all tests, full counts  make screenshots  pictures for the README
#
# Each sets up .venv first, with pinned packages, and looks for the system libraries that Qt needs on Linux.

PYTHON ?= python3
WORKERS ?= 3
ARGS ?=

bin := .venv/bin
stamp := .venv/.installed

# One worker more than the two cores, as many tests wait for a process; bytecode is kept, as they start hundreds.
pytest := PYTHONDONTWRITEBYTECODE= $(bin)/python -m pytest -n $(WORKERS)

.PHONY: run test check bench soak screenshots setup clean

run: setup
	@$(PYTHON) .ci/system-libraries run
	@$(bin)/python main.py $(ARGS)

test: setup
	@$(PYTHON) .ci/system-libraries test
	$(pytest) $(ARGS)

soak: setup
	@$(PYTHON) .ci/system-libraries test
	NNB_SOAK=1 $(pytest) --timeout 7200 $(ARGS)

check: setup
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports --no-logo

bench: setup
	@$(PYTHON) .ci/system-libraries run
	$(bin)/python -m tests.bench $(ARGS)

screenshots: setup
	@$(PYTHON) .ci/system-libraries run
	$(bin)/python -m tests.screenshots $(ARGS)

setup: $(stamp)

$(stamp): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "NNBuilder needs Python 3.11 or newer; there is no $(PYTHON) here."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "NNBuilder needs Python 3.11 or newer; $$($(PYTHON) -V 2>&1) is too old. Name another one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) .ci/system-libraries setup
	@echo "Setting up .venv; the first time this takes a minute or two."
	@$(PYTHON) -m venv .venv
	@$(bin)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt hatchling
	@$(bin)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[dev,onnx,tensorboard]'
	@touch $@

clean:
	rm -rf .venv build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
