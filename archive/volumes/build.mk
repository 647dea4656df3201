# Builds the volumes that are planned, as many at once as make is allowed:  make -j4 volumes

OUT := _build/volumes
NAMES := root $(patsubst $(OUT)/%/,%,$(dir $(wildcard $(OUT)/volume-*/source/conf.py)))
NAMES := $(patsubst %/source,%,$(NAMES))
BUILD = $(PYTHON) -m archive build --quiet --source $(OUT)/$*/source --work $(OUT)/$*

.PHONY: read pages $(NAMES:%=read-%) $(NAMES:%=pages-%)

read: $(NAMES:%=read-%)

pages: $(NAMES:%=pages-%)

$(NAMES:%=read-%): read-%:
	@$(BUILD) --read

$(NAMES:%=pages-%): pages-%:
	@$(BUILD) pages
	@$(PYTHON) -m archive search-index --shelf $(OUT)/$*/doctrees/searched --index $(OUT)/$*/pagefind
