project = "Small archive"
extensions = [
    "myst_parser",
    "archive.site.bibliography",
    "archive.site.nodes",
    "archive.site.domain",
    "archive.site.records",
    "archive.site.mentions",
    "archive.site.passages",
    "archive.site.catalogue",
    "archive.site.chronology",
    "archive.site.rewriting",
    "archive.site.checks",
]
exclude_patterns = ["_build"]
nitpicky = True
smartquotes = False
myst_enable_extensions = ["attrs_block", "colon_fence", "deflist"]
myst_title_to_header = True
bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "archive"
bibtex_cite_id = "cite-{key}"
bibtex_bibliography_id = "bibliography"
html_theme = "basic"
