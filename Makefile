# The book and the tool that builds it. "make help" lists the targets.

define HELP
make             the book: brings what the machine lacks, then typesets main.pdf
make pdf         the same; so is "make build"
make view        opens main.pdf
make watch       typesets and checks again on every save
make lint        checks the book
make test        checks everything: code, types, layers, tests, the book
make faults      kills, fills up and misleads it for an hour, and prints the figures
make setup       only brings what the machine lacks, for all of this
make clean       removes what was generated, but not main.pdf
make clean-all   removes that, main.pdf, .venv and the caches
make help        this list

ARGS are for texbook, as in: make pdf ARGS=--shell-escape
PYTHON names the Python of a new .venv, as in: make PYTHON=python3.12
endef

texbook := .venv/bin/texbook
module := .venv/bin/python -m

.PHONY: pdf build view watch lint test faults setup clean clean-all help
# What runs here uses the cores itself, and two targets would bring the same packages.
.NOTPARALLEL:

pdf build:
	@sh tools/setup book
	@$(texbook) build $(ARGS)

view watch lint:
	@sh tools/setup book
	@$(texbook) $@ $(ARGS)

# The quick checks first; pytest's closing line comes last.
test:
	@sh tools/setup test
	$(module) ruff check
	$(module) ruff format --check
	.venv/bin/lint-imports
	$(module) mypy
	$(texbook) lint
	$(texbook) run --check
	$(module) pytest -n auto --doctest-modules src tests

# One after the other: what is killed at a moment must not depend on what else runs.
faults:
	@sh tools/setup test
	$(module) pytest tests/faults --faults full

setup:
	@sh tools/setup test

# Without .venv nothing can be at work in there.
clean:
	@if [ -x $(texbook) ]; then $(texbook) clean; else rm -rf build/tex build/texbook; fi

clean-all: clean
	rm -rf main.pdf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests chapters benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

help:
	@: $(info $(HELP))
