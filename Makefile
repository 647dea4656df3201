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
# Whom security.txt names:  make CONTACT=mailto:…
ifdef CONTACT
export CONTACT
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
# Other Pythons that make reproduce builds with, too.
PYTHONS ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 \
	$(wildcard $(HOME)/.pyenv/versions/3.1[1-9]*/bin/python3); do \
	$$p -c 'import ensurepip, venv' 2>/dev/null && echo $$p; done)
UV := 0.13.9
INSTALL := install --quiet --disable-pip-version-check --require-hashes
MAKE_BUILD = $(BIN)/python -m archive build --work $(BUILD) --jobs $(JOBS) $(TALK)
OR_MEND = || { echo "It cannot be written. To mend: make room on the disk, see that $(@D) is yours to \
	write to, then run the command again." >&2; exit 1; }

# What reads formulas is installed where a page has any.
ABOUT_THE_ARCHIVE := README.md CONTRIBUTING.md CHANGELOG.md SCALE.md
FORMULAS := $(shell grep -lE '\{math\}|\\begin\{' \
	$(filter-out $(ABOUT_THE_ARCHIVE),$(wildcard *.md)) documents/*.md 2>/dev/null)

.PHONY: all html search pdf epub import check publish verify-sources anchors release linkcheck test prove prove-volumes fuzz bench peers lint types format math lock clean distclean help volumes serve bag sign verify reproduce sbom licenses prove-hosting update faults hostile screenshots

all: $(VENV)/.build ## build the whole site: search, PDFs and EPUB, too
	@$(MAKE_BUILD)
	@echo "The archive is built: $(SITE)/index.html"

html search pdf epub: $(VENV)/.build ## build the pages, and their search, PDFs or EPUB, alone
	@$(MAKE_BUILD) $(subst html,pages,$@)

# Each volume is read, told what it needs of the others, and written: any number at once.
volumes: VOLUMES ?= 4
volumes: $(VENV)/.build ## build the archive in parts that are joined to one site  (make -j4 volumes)
	@$(BIN)/python -m archive volumes plan --volumes $(VOLUMES)
	@$(MAKE) --no-print-directory -f archive/volumes/build.mk PYTHON=$(BIN)/python read
	@$(BIN)/python -m archive volumes exchange
	@$(MAKE) --no-print-directory -f archive/volumes/build.mk PYTHON=$(BIN)/python pages
	@$(BIN)/python -m archive volumes join
	@$(BIN)/python -m archive seal _build/volumes/site --work _build/volumes

# The server has its own folder: it never disturbs a build, and no build disturbs it.
PORT ?= 8000
serve: $(VENV)/.build $(VENV)/.serve ## show the archive in a browser as you edit it  (PORT=8000)
	@$(BIN)/python -m archive serve --port $(PORT)

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

bag: all sbom ## pack the site, its source and its parts as a BagIt bag
	@$(BIN)/python -m archive bag $(SITE) --release $(BUILD)/release --out $(BUILD)/bag

sign: all ## sign the manifest of the site  (KEY=ssh key, or MINISIGN=secret key)
	@test -n "$(KEY)$(MINISIGN)" || { echo "Name your key: make sign KEY=~/.ssh/id_ed25519"; exit 2; }
	@$(BIN)/python -m archive sign $(SITE) $(if $(MINISIGN),--minisign-key $(MINISIGN),--key "$(KEY)")

verify: $(VENV)/.build ## check a copy  (URL=mirror or BAG=folder; SIGNERS= MINISIGN= MANIFEST= LEDGER= RATE=)
	@$(BIN)/python -m archive verify "$(or $(URL),$(BAG),$(SITE))" --work $(BUILD)/verify \
		$(if $(SIGNERS),--signers "$(SIGNERS)") $(if $(MINISIGN),--minisign "$(MINISIGN)") \
		$(if $(MANIFEST),--manifest "$(MANIFEST)") $(if $(LEDGER),--ledger "$(LEDGER)") \
		$(if $(RATE),--rate $(RATE))

reproduce: all ## build the commit twice in other ways, and compare every byte  (SHORT=1: once)
	@$(BIN)/python -m archive reproduce $(if $(SHORT),--against $(SITE),$(PYTHONS:%=--python %))

sbom: $(BUILD)/release/sbom.cdx.json ## list the parts the site is built with, in CycloneDX

$(BUILD)/release/sbom.cdx.json: $(VENV)/.release pyproject.toml
	@mkdir -p $(@D)
	@$(VENV)/release/bin/cyclonedx-py environment --output-reproducible --validate \
		--pyproject pyproject.toml --output-file $@ $(VENV)/parts
	@echo "The parts are listed in $@"

# axe-playwright-python tells its licence in a file alone: MIT.
licenses: $(VENV)/.release $(VENV)/.test $(VENV)/.serve ## write LICENSES.md, the licences of all parts
	@{ echo "# Licences of the parts"; echo; echo "Written by make licenses."; \
		echo; echo "## What builds the archive"; echo; $(LICENSES) --python $(VENV)/parts/bin/python; \
		echo; echo "## What tests it, besides"; echo; $(LICENSES) --python $(BIN)/python \
			--ignore-packages $$(sed -n 's/^\([A-Za-z0-9._-]*\)==.*/\1/p' requirements.txt); \
		echo; echo "## What lists the parts"; echo; $(LICENSES) --python $(VENV)/release/bin/python \
			--with-system --ignore-packages pip setuptools; \
	} | sed -E 's/^(\| axe-playwright-python .*)UNKNOWN/\1MIT    /' > LICENSES.md.new && mv LICENSES.md.new LICENSES.md
	@echo "The licences are listed in LICENSES.md"

LICENSES = $(VENV)/release/bin/pip-licenses --format=markdown --order=name --with-urls

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

prove-hosting: $(VENV)/.test ## serve the site with nginx to a hundred readers for a minute
	ARCHIVE_LONG=1 $(BIN)/python -m pytest -n 0 -s tests/hosting/test_load.py

# Full disks are real ones, of a few megabytes, where the user may mount them (root).
faults: $(VENV)/.test ## kill two hundred builds, let fifty run out of room, and compare what follows
	@$(BIN)/python -m benchmarks.faults

hostile: $(VENV)/.test ## give the archive bad and hostile input, and count what became of it
	@$(BIN)/python -m pytest -q -n 1 tests/hostile
	@$(BIN)/python -m tests.hostile.cases

# Each size builds an archive of so many documents, and each peer its own site of the same words.
bench: export SIZES ?= 100 300 1000
bench: $(VENV)/.test ## measure what the archive costs as it grows, beside other tools  (SIZES="100 300")
	@$(MAKE) --no-print-directory peers || echo "The tools to measure against cannot be installed; going on without them."
	@$(BIN)/python -m benchmarks

peers: $(VENV)/.peers ## install the tools that make bench measures the archive against

screenshots: $(VENV)/.test html ## take a picture of each kind of page, wide, narrow and dark
	@$(BIN)/python -m benchmarks.screenshots $(SITE) $(BUILD)/screenshots

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
	$(COMPILE) --output-file requirements.txt pyproject.toml
	$(COMPILE) --extra import --constraint requirements.txt \
		--output-file requirements-import.txt pyproject.toml
	$(COMPILE) --extra import --group test --constraint requirements-import.txt \
		--output-file requirements-test.txt pyproject.toml
	$(COMPILE) --group release --output-file requirements-release.txt
	$(COMPILE) --group peers --output-file benchmarks/peers-requirements.txt
	$(COMPILE) --group math --output-file requirements-math.txt
	$(COMPILE) --group serve --constraint requirements.txt --output-file requirements-serve.txt

COMPILE = $(VENV)/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header $(UPGRADE)

update: ## take newer parts: lock anew, list their licences, tell which pins are behind
	@$(MAKE) --no-print-directory UPGRADE=--upgrade lock
	@$(MAKE) --no-print-directory licenses
	@echo "Newer than what pyproject.toml pins; raise a pin there by hand, and run this again:"
	@$(BIN)/python -m pip list --outdated --disable-pip-version-check 2>/dev/null | \
		grep -iE "^($$(sed -n 's/^  "\([a-z0-9-]*\)==.*/\1/p' pyproject.toml | paste -sd'|')) " || echo "  nothing"
	@echo "Then: make reproduce test, and commit pyproject.toml, requirements*.txt and LICENSES.md."

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
	@touch $@ $(OR_MEND)

$(VENV)/.build: requirements.txt | $(VENV)/.python $(if $(FORMULAS),$(VENV)/.math)
	@echo "Installing what the build needs …"
	@$(BIN)/python -m pip $(INSTALL) -r requirements.txt
	@touch $@ $(OR_MEND)

$(VENV)/.math: requirements-math.txt | $(VENV)/.python
	@echo "Installing what formulas need …"
	@$(BIN)/python -m pip $(INSTALL) -r requirements-math.txt
	@touch $@ $(OR_MEND)

$(VENV)/.serve: requirements-serve.txt | $(VENV)/.build
	@echo "Installing what watches the sources …"
	@$(BIN)/python -m pip $(INSTALL) -r requirements-serve.txt
	@touch $@ $(OR_MEND)

$(VENV)/.import: requirements-import.txt | $(VENV)/.build
	@echo "Installing what importing needs …"
	@$(BIN)/python -m pip $(INSTALL) -r requirements-import.txt
	@touch $@ $(OR_MEND)

$(VENV)/.test: requirements-test.txt | $(VENV)/.build
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip $(INSTALL) -r requirements-test.txt
	@touch $@ $(OR_MEND)

# The parts of the build and nothing else, for the lists of them; and the tools that list them.
$(VENV)/.release: requirements.txt requirements-release.txt | $(VENV)/.python
	@echo "Installing what lists the parts …"
	@$(BIN)/python -m venv --clear --without-pip $(VENV)/parts
	@$(BIN)/python -m venv --clear $(VENV)/release
	@$(BIN)/python -m pip --python $(VENV)/parts $(INSTALL) \
		-r requirements.txt $(if $(FORMULAS),-r requirements-math.txt)
	@$(VENV)/release/bin/python -m pip $(INSTALL) -r requirements-release.txt
	@touch $@ $(OR_MEND)

# In an environment of their own, so that nothing of theirs gets into the archive's.
$(VENV)/.peers: benchmarks/peers-requirements.txt | $(VENV)/.python
	@echo "Installing the tools to measure against …"
	@$(BIN)/python -m venv $(VENV)/peers
	@$(VENV)/peers/bin/python -m pip $(INSTALL) -r $<
	@touch $@ $(OR_MEND)
