# Builds an archive in volumes, as many at once as make is allowed:  make -j4 volumes

OUT := _build/volumes
NAMES := root $(patsubst $(OUT)/%/,%,$(dir $(wildcard $(OUT)/volume-*/source/conf.py)))
NAMES := $(patsubst %/source,%,$(NAMES))
BUILD = $(PYTHON) -m archive build --quiet --source $(OUT)/$*/source --work $(OUT)/$*

.PHONY: volumes read pages $(NAMES:%=read-%) $(NAMES:%=pages-%)

# Make lists the volumes as it starts: what comes after their plan is another make.
AGAIN = $(MAKE) --no-print-directory -f $(firstword $(MAKEFILE_LIST))

volumes:
	@$(PYTHON) -m archive volumes plan --volumes "$${VOLUMES:-4}"
	+@$(AGAIN) read
	@$(PYTHON) -m archive volumes exchange
	+@$(AGAIN) pages
	@$(PYTHON) -m archive volumes join
	@$(PYTHON) -m archive seal $(OUT)/site --work $(OUT)

read: $(NAMES:%=read-%)

pages: $(NAMES:%=pages-%)

$(NAMES:%=read-%): read-%:
	@$(BUILD) --read

$(NAMES:%=pages-%): pages-%:
	@$(BUILD) pages
	@$(PYTHON) -m archive search-index --shelf $(OUT)/$*/doctrees/search-entries --index $(OUT)/$*/pagefind
