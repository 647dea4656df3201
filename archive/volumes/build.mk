# Builds the volumes that are planned, as many at once as make is allowed:  make -j4 volumes

OUT := _build/volumes
NAMES := root $(patsubst $(OUT)/%/,%,$(dir $(wildcard $(OUT)/volume-*/source/conf.py)))
NAMES := $(patsubst %/source,%,$(NAMES))
SPHINX := $(PYTHON) -m sphinx -q -W --keep-going

.PHONY: read pages $(NAMES:%=read-%) $(NAMES:%=pages-%)

read: $(NAMES:%=read-%)

pages: $(NAMES:%=pages-%)

# A release is checked when all is known.
$(NAMES:%=read-%): read-%:
	@$(SPHINX) -b read -D archive_release=0 -d $(OUT)/$*/doctrees $(OUT)/$*/source $(OUT)/$*/read

$(NAMES:%=pages-%): pages-%:
	@$(SPHINX) -b html -d $(OUT)/$*/doctrees $(OUT)/$*/source $(OUT)/$*/html
