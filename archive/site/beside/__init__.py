"""Files beside the pages: citation formats, feeds, sitemap; removal of files no longer made."""
