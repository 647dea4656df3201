"""Every override and private use of Sphinx, docutils, MyST and sphinxcontrib-bibtex."""
