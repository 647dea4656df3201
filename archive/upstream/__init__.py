"""Every override and private use of Sphinx, docutils, MyST and sphinxcontrib-bibtex.

Each file names what it replaces or uses privately, why, and the upstream report it waits for, where
there is one.  A test keeps private API out of all other packages.
Tried with: Sphinx 9.0.4, 9.1.1 and 9.2.0, docutils 0.22 and 0.23, furo 2025.12.19,
sphinxcontrib-bibtex 2.7.0.
"""
