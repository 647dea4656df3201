"""Every override and private use of Sphinx, docutils, MyST and sphinxcontrib-bibtex.

Each file names what it replaces or uses privately, why, the versions it was tried with and the
upstream report it waits for.  A test keeps private API out of all other packages.
"""
