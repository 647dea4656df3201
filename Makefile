# The archive, from one command: `make help` lists what there is.
# BASEURL=, CONTACT=, PAPER= and SOURCES= reach the build by the environment, as make exports what
# stands on its command line.  Recipes read such words as "$$NAME": none is ever code of the shell.

VENV := .venv
BIN := $(VENV)/bin
PY = $(BIN)/python
BUILD := $(if $(SOURCES),_build/reading-room,_build)
SITE = $(BUILD)/html
JOBS ?= auto
# Where the Python of the environment is gone, as after an upgrade, all that is in it is made anew.
GONE := $(shell test -x $(PY) || echo FORCE)
PYTHON ?= $(eval PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; \
	done))$(PYTHON)

# PDFs carry the date of the last commit, so that the same source gives the same bytes.
GIT_DATE = $(shell git -c safe.directory='*' log -1 --format=%ct 2>/dev/null || echo 315532800)
export SOURCE_DATE_EPOCH := $(or $(SOURCE_DATE_EPOCH),$(GIT_DATE))
export LC_ALL := C.UTF-8
export PYTHONUTF8 := 1

# Whether a page has formulas, which need pandoc; which fonts and order of words its texts need.
FORMULAS := $(shell find -H ./*.md documents -name '*.md' ! -name README.md ! -name CONTRIBUTING.md \
	-exec grep -D skip -lE '\{math\}|\\begin\{' {} + 2>/dev/null | grep -q . && echo yes)
NEEDS := $(filter scripts cjk sorting,$(shell $(or $(wildcard $(PY)),$(PYTHON)) -S archive/pdf/fonts.py 2>&-))
MAKE_BUILD = $(PY) -m archive build --work $(BUILD) --jobs $(JOBS) $(if $(TALK),--talk)
OR_MEND = || { echo "Cannot write $@. To mend: free some space on the disk, see that $(@D) is" \
	"yours to write to, then run the command again." >&2; exit 1; }

.PHONY: all html search pdf epub release serve new import anchors check linkcheck publish \
	verify-sources volumes bag sign verify reproduce test lint types prove attack bench \
	screenshots lock update clean distclean help

## all: build the whole site, with search, PDFs and EPUB
all: $(VENV)/.build
	@$(MAKE_BUILD)
	@echo "The archive is built: $(SITE)/index.html"

## html search pdf epub: build the pages, and their search, PDFs or EPUB, alone
html search pdf epub: $(VENV)/.build
	@$(MAKE_BUILD) $(subst html,pages,$@)

## release: build the whole site, and refuse what is not published
release: $(VENV)/.build
	@$(PY) -m archive check --release $${BASE:+--base "$$BASE"} $${LIVE:+--live "$$LIVE"}
	@$(MAKE) --no-print-directory RELEASE=1 all

## serve: show the archive in a browser as you edit it  (PORT=8000)
serve: $(VENV)/.serve
	@$(PY) -m archive serve --port "$${PORT:-8000}"

## new: start another archive with this engine  (DIR=folder)
new: $(VENV)/.build
	@$(PY) -m archive new "$$DIR"

## import: turn a file into a draft  (FILE=… ID=<document id> [TITLE= ISSUER= DATE= KIND= MAIN= …])
import:
	@test -n "$$FILE" && test -n "$$ID" || ! printf '%s\n' \
		"Name the file and the document id: make import FILE=statement.docx ID=rsf-press-index" \
		"It reads .docx, .odt, .rtf, .html, .mhtml, .eml, .msg, .epub, .txt, .md and .pdf."
	@$(MAKE) -s --no-print-directory $(VENV)/.import
	@$(PY) -m archive import --file="$$FILE" --id="$$ID" $${KIND:+--kind="$$KIND"} \
		$${TITLE:+--title="$$TITLE"} $${ISSUER:+--issuer="$$ISSUER"} $${DATE:+--date="$$DATE"} \
		$${MAIN:+--main="$$MAIN"} $${ACCEPT:+--accept} $${LOOK:+--look} $${FETCH:+--fetch} \
		$${AGAINST:+--against="$$AGAINST"} $${OCR:+--ocr="$$OCR"} $${IMAGES:+--keep-images} || test $$? -eq 3

## anchors: give anchors to blocks that have none  (DOC=<document id>)
anchors: $(VENV)/.build
	@$(PY) -m archive anchors $${DOC:+"$$DOC"}

## check linkcheck: hold documents and ledger against what was published  (BASE= LIVE=); find dead links
check: $(VENV)/.build
	@$(PY) -m archive check $${BASE:+--base "$$BASE"} $${LIVE:+--live "$$LIVE"}
linkcheck: $(VENV)/.build
	@$(PY) -m sphinx -q -b linkcheck -d $(BUILD)/linkcheck/doctrees . $(BUILD)/linkcheck \
		|| echo "Some links are dead or could not be reached; $(BUILD)/linkcheck/output.txt lists them."

## publish: append to the ledger what changed  (SWAPPED=yes; DAY=; CORRECT=line DAY=; JOIN=commit)
publish: $(VENV)/.build
	@$(PY) -m archive publish $${SWAPPED:+--swapped} $${DAY:+--day "$$DAY"} \
		$${CORRECT:+--correct "$$CORRECT"} $${JOIN:+--join "$$JOIN"}

## verify-sources: prove that every document is faithful to its source  (SOURCES=dir)
verify-sources: $(VENV)/.build
	@test -n "$$SOURCES" || ! echo "Name the folder of the sources: make verify-sources SOURCES=dir"
	@$(PY) -m archive verify-sources --sources "$$SOURCES"

## volumes: build the archive in parts that are joined to one site  (VOLUMES=4; make -j4 volumes)
volumes: $(VENV)/.build
	@$(MAKE) --no-print-directory -f archive/volumes/build.mk PYTHON=$(PY) volumes

## bag sign: pack site and source as a BagIt bag; sign the manifest  (KEY=ssh key, or MINISIGN=)
bag: all
	@$(PY) -m tools.sbom $(BUILD)/release
	@$(PY) -m archive bag $(SITE) --release $(BUILD)/release --out $(BUILD)/bag
sign: all
	@test -n "$$KEY$$MINISIGN" || ! echo "Name your key: make sign KEY=~/.ssh/id_ed25519"
	@$(PY) -m archive sign $(SITE) $${KEY:+--key "$$KEY"} $${MINISIGN:+--minisign-key "$$MINISIGN"}

## verify: check a copy  (URL= or BAG=; CITATION= HEAD= LEDGER= MANIFEST= SIGNERS= MINISIGN= RATE=)
verify: $(VENV)/.build
	@copy="$${URL:-$$BAG}"; $(PY) -m archive verify "$${copy:-$(SITE)}" --work $(BUILD)/verify \
		--citation "$$CITATION" --head "$$HEAD" --ledger "$$LEDGER" --manifest "$$MANIFEST" --agent "$$AGENT" \
		--signers "$$SIGNERS" --minisign "$$MINISIGN" --rate "$${RATE:-10}" --sample "$${SAMPLE:-10}" $${JSON:+--json}

## reproduce: build the commit again in other ways, compare every byte  (SHORT=1: once; PYTHONS=…)
reproduce: all
	@$(PY) -m archive reproduce $${SHORT:+--against $(SITE)} $(PYTHONS:%=--python %)

## test lint types: check everything the archive promises; the form of the code; its types
test: $(VENV)/.test
	$(PY) -m pytest
lint: $(VENV)/.test
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
types: $(VENV)/.test
	$(BIN)/mypy

## prove attack: check promises at length  (WHAT=long); attack them
prove attack: $(VENV)/.test
	@$(PY) -m tools.prove "$${WHAT:-$(@:prove=long)}"

## bench screenshots: measure growth  (SIZES=); take pictures of the pages, the EPUB and print
bench: $(VENV)/.test
	@$(PY) -m tools.environment peers || echo "Going on without the tools to measure against."
	@SIZES="$${SIZES:-100 300 1000}" $(PY) -m benchmarks
screenshots: $(VENV)/.test all
	@$(PY) -m benchmarks.screenshots $(SITE) $(BUILD)/screenshots

## lock update: write requirements/ and docs/LICENSES.md anew; take newer packages, too
lock update: $(VENV)/.test
	@$(PY) -m tools.lock $(if $(filter update,$@),--upgrade)
	@$(MAKE) --no-print-directory $(VENV)/.test $(VENV)/.serve $(VENV)/.mcp
	@$(PY) -m tools.licenses

## clean distclean: remove what was built; what was installed, too
clean distclean:
	rm -rf $(BUILD) $(if $(filter distclean,$@),$(VENV))

help:
	@awk -F ': ' '/^## / { printf "  make %-23s %s\n", substr($$1, 4), $$2 }' Makefile

FORCE:
$(VENV)/.python: $(GONE)
	@test -n "$(PYTHON)" || ! echo "The archive needs Python 3.11 or newer, and none was found." \
		"To mend: install it (Debian: apt install python3 python3-venv), or name it: make PYTHON=…"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || ! echo "$(PYTHON) is older" \
		"than Python 3.11, which the archive needs. To mend: install a newer one, or name it: make PYTHON=…"
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || ! echo "$(PYTHON) cannot make a virtual" \
		"environment. To mend: on Debian and Ubuntu, apt install python3-venv"
	@echo "Making $(VENV) with $$($(PYTHON) --version) …"; $(PYTHON) -m venv --clear $(VENV)
	@touch $@ $(OR_MEND)

# What is installed for each purpose is locked in requirements/; a file in .venv marks it as done.
$(VENV)/.build: | $(if $(FORMULAS),$(VENV)/.math) $(NEEDS:%=$(VENV)/.%)
$(VENV)/.serve $(VENV)/.import $(VENV)/.mcp $(VENV)/.test: | $(VENV)/.build
$(addprefix $(VENV)/.,build math scripts cjk sorting serve import mcp test): $(VENV)/.%: requirements/%.txt $(GONE) | $(VENV)/.python
	@echo "Installing what requirements/$*.txt lists …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@ $(OR_MEND)
