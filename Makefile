# The archive, from one command.  `make help` lists what there is.

.DEFAULT_GOAL := all
SHELL := /bin/sh

VENV := .venv
BUILD := _build
SITE = $(BUILD)/html
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# Where the archive is hosted, for links that leave a PDF:  make BASEURL=https://…
ifdef BASEURL
export BASEURL
endif
# The reading-room edition, with the sources at hand:  make SOURCES=dir
ifdef SOURCES
export SOURCES
BUILD := _build/reading-room
endif
# A release refuses what is not published:  make release
ifdef RELEASE
export RELEASE
endif
# The paper of the PDFs:  make PAPER=us-letter
ifdef PAPER
export PAPER
endif
# PDFs carry the date of the last commit, so that the same source gives the same bytes.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 315532800)
# The same words and order everywhere, whatever the machine speaks.
export LC_ALL := C.UTF-8
export PYTHONUTF8 := 1

JOBS ?= auto
UV := 0.13.9
SPHINX := $(BIN)/python -m sphinx -W --keep-going -j $(JOBS) -d $(BUILD)/doctrees

# Everything the site is made from; folders too, so that a removed file counts as a change.
INPUTS := $(shell find conf.py *.md *.bib *.jsonl documents archive _static _templates \
	-not -path '*/__pycache__*' 2>/dev/null)
# What reads formulas is installed where a page has any.
ABOUT_THE_ARCHIVE := README.md CONTRIBUTING.md CHANGELOG.md SCALE.md
FORMULAS := $(shell grep -lE '\{math\}|\\begin\{' \
	$(filter-out $(ABOUT_THE_ARCHIVE),$(wildcard *.md)) documents/*.md 2>/dev/null)

.PHONY: all html search pdf epub import check publish verify-sources anchors release linkcheck test prove prove-volumes fuzz bench peers lint types format math lock clean distclean help volumes FORCE

all: $(BUILD)/.search $(BUILD)/.pdf ## build the whole site, search and PDFs included
	@echo "The archive is built:"
	@echo "  pages      $(SITE)/index.html"
	@for f in $(SITE)/documents/*.pdf; do echo "  document   $$f"; done
	@echo "  all of it  $(SITE)/archive.pdf"

html: $(BUILD)/.html ## build the pages alone

search: $(BUILD)/.search ## build the pages and the index of their search

pdf: $(BUILD)/.pdf ## build a PDF of each document, and one of all

# After a build that failed or was killed the next one reads everything anew: it tells the same
# problems again, and no page is left as it was half-way.
$(BUILD)/.html: $(VENV)/.build $(BUILD)/.settings $(INPUTS)
	@if [ -e $(BUILD)/.unfinished ]; then rm -rf $(BUILD)/doctrees; fi
	@touch $(BUILD)/.unfinished
	@echo "Building the pages …"
	@$(SPHINX) -b html . $(SITE)
	@rm $(BUILD)/.unfinished
	@touch $@

$(BUILD)/.pdf: $(BUILD)/.html
	@echo "Printing the PDFs …"
	@$(SPHINX) -b pdf . $(SITE)
	@touch $@

# After the pages, so that an edited page is right before the index is.
$(BUILD)/.search: $(BUILD)/.html
	@echo "Indexing for search …"
	@$(BIN)/python -m archive search-index --shelf $(BUILD)/doctrees/searched --index $(SITE)/pagefind
	@touch $@

# Settings that are not in a file count as a change, too.
$(BUILD)/.settings: FORCE
	@mkdir -p $(BUILD)
	@echo "$(BASEURL) $(SOURCE_DATE_EPOCH) $(PAPER) $(RELEASE) $(SOURCES)" | cmp -s - $@ \
		|| echo "$(BASEURL) $(SOURCE_DATE_EPOCH) $(PAPER) $(RELEASE) $(SOURCES)" > $@

# Each volume is read, told what it needs of the others, and written: any number at once.
volumes: VOLUMES ?= 4
volumes: $(VENV)/.build ## build the archive in parts that are joined to one site  (make -j4 volumes)
	@$(BIN)/python -m archive volumes plan --volumes $(VOLUMES)
	@$(MAKE) --no-print-directory -f archive/volumes/build.mk PYTHON=$(BIN)/python read
	@$(BIN)/python -m archive volumes exchange
	@$(MAKE) --no-print-directory -f archive/volumes/build.mk PYTHON=$(BIN)/python pages
	@$(BIN)/python -m archive volumes join

epub: $(BUILD)/.epub ## build the archive as one EPUB, beside its pages
	@echo "The EPUB is $(SITE)/archive.epub"

$(BUILD)/.epub: $(BUILD)/.html
	@echo "Making the EPUB …"
	@$(BIN)/python -m sphinx -W --keep-going -b epub -c archive/epub \
		-d $(BUILD)/doctrees-epub . $(BUILD)/epub
	@cp $(BUILD)/epub/archive.epub $(SITE)/archive.epub
	@touch $@

import: ## turn a file into a draft  (FILE=… ID=<document id> [KIND=…] [AGAINST=…])
	@test -n "$$FILE" && test -n "$$ID" || { \
		echo "Name the file and the document id: make import FILE=statement.docx ID=rsf-press-index"; \
		echo "It reads .docx, .odt, .html, .txt, .md and .pdf; KIND=letter overrides the kind it sees."; \
		exit 2; }
	@$(MAKE) -s --no-print-directory $(VENV)/.import
	@$(BIN)/python -m archive import --file "$$FILE" --id "$$ID" $${KIND:+--kind "$$KIND"} \
		$${AGAINST:+--against "$$AGAINST"} $${IMAGES:+--keep-images} || test $$? -eq 3

check: $(VENV)/.build ## hold the documents against the ledger, without building
	@$(BIN)/python -m archive check

publish: $(VENV)/.build ## append to the ledger what is new, revised, moved or withdrawn
	@$(BIN)/python -m archive publish

verify-sources: $(VENV)/.build ## prove that every document is faithful to its source  (SOURCES=dir)
	@test -n "$(SOURCES)" || { echo "Name the folder of the sources: make verify-sources SOURCES=dir"; exit 2; }
	@$(BIN)/python -m archive verify-sources --sources "$(SOURCES)"

anchors: $(VENV)/.build ## give anchors to blocks that have none  (DOC=<document id>)
	@$(BIN)/python -m archive anchors $(DOC)

release: ## build the whole site, and refuse what is not published
	@$(MAKE) --no-print-directory RELEASE=1 all

linkcheck: $(VENV)/.build ## report dead links in the references and pages
	@$(BIN)/python -m sphinx -q -b linkcheck -d $(BUILD)/linkcheck/doctrees . $(BUILD)/linkcheck \
		|| echo "Some links are dead or could not be reached; $(BUILD)/linkcheck/output.txt lists them."

test: $(VENV)/.test ## check everything the archive promises
	$(BIN)/python -m pytest

prove: $(VENV)/.test ## check the promises at length: a hundred kills, hundreds of edits
	ARCHIVE_LONG=1 $(BIN)/python -m pytest tests/model tests/site tests/volumes

prove-volumes: $(VENV)/.test ## build 4,000 documents in four volumes and at once, and hold one site against the other
	@$(BIN)/python -m benchmarks.volumes $(DOCUMENTS)

fuzz: $(VENV)/.test ## give the importer random texts and notes for ten minutes
	ARCHIVE_LONG=1 $(BIN)/python -m pytest -n 0 tests/importing/test_fuzzing.py

# Each size builds an archive of so many documents, and each peer its own site of the same words.
bench: export SIZES ?= 100 300 1000
bench: $(VENV)/.test ## measure what the archive costs as it grows, beside other tools  (SIZES="100 300")
	@$(MAKE) --no-print-directory peers || echo "The tools to measure against cannot be installed; going on without them."
	@$(BIN)/python -m benchmarks

peers: $(VENV)/.peers ## install the tools that make bench measures the archive against

lint: $(VENV)/.test ## check the code's form
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test ## check the engine's types
	$(BIN)/mypy

format: $(VENV)/.test ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

math: $(VENV)/.math ## install what documents with formulas need

lock: $(VENV)/.python ## write requirements*.txt anew from pyproject.toml
	$(BIN)/python -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet uv==$(UV)
	$(VENV)/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header \
		--output-file requirements.txt pyproject.toml
	$(VENV)/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header \
		--extra import --constraint requirements.txt --output-file requirements-import.txt pyproject.toml
	$(VENV)/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header \
		--extra import --group test --constraint requirements-import.txt \
		--output-file requirements-test.txt pyproject.toml
	$(VENV)/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header \
		--group peers --output-file benchmarks/peers-requirements.txt
	$(VENV)/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header \
		--group math --output-file requirements-math.txt

clean: ## remove what was built
	rm -rf $(BUILD)

distclean: clean ## remove what was built and installed
	rm -rf $(VENV)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/.python:
	@test -n "$(PYTHON)" || { \
		echo "The archive needs Python 3.11 or newer, and none was found."; \
		echo "To mend: install it (Debian: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3"; \
		exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is older than Python 3.11, which the archive needs."; \
		echo "To mend: install a newer one, or name it: make PYTHON=/path/to/python3"; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make a virtual environment."; \
		echo "To mend: Debian and Ubuntu: apt install python3-venv"; \
		exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.build: requirements.txt | $(VENV)/.python $(if $(FORMULAS),$(VENV)/.math)
	@echo "Installing what the build needs …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.math: requirements-math.txt | $(VENV)/.python
	@echo "Installing what formulas need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-math.txt
	@touch $@

$(VENV)/.import: requirements-import.txt | $(VENV)/.build
	@echo "Installing what importing needs …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-import.txt
	@touch $@

$(VENV)/.test: requirements-test.txt | $(VENV)/.build
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@

# In an environment of their own, so that nothing of theirs gets into the archive's.
$(VENV)/.peers: benchmarks/peers-requirements.txt | $(VENV)/.python
	@echo "Installing the tools to measure against …"
	@$(BIN)/python -m venv $(VENV)/peers
	@$(VENV)/peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
