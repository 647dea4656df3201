project = "Print archive"
author = "The editors"
extensions = [
    "myst_parser",
    "archive.site.look",
    "archive.site.engine",
    "archive.site.citations",
    "archive.site.bibliography",
    "archive.site.reference_pages",
    "archive.site.nodes",
    "archive.site.domain",
    "archive.site.records",
    "archive.site.mentions",
    "archive.site.passages",
    "archive.site.math",
    "archive.site.withdrawn",
    "archive.site.permanence",
    "archive.site.moved",
    "archive.site.ledger_page",
    "archive.site.backlinks",
    "archive.site.cited_by",
    "archive.site.catalogue",
    "archive.site.chronology",
    "archive.site.rewriting",
    "archive.pdf",
]
exclude_patterns = ["_build"]
nitpicky = True
smartquotes = False
myst_enable_extensions = [
    "amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath", "fieldlist",
]  # fmt: skip
myst_title_to_header = True
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "archive"
bibtex_reference_style = "label"
bibtex_cite_id = "cite-{key}"
bibtex_bibliography_id = "bibliography"
html_theme = "basic"
templates_path = ["_templates"]
html_baseurl = "https://archive.example/"
