"""How the archive is printed: Sphinx's node trees become Typst, and Typst becomes PDF.

``drawing`` has each page drawn to calls of the functions in ``template.typ``; ``coverage`` lists
which class of nodes is drawn how.  ``plan`` puts pages together to editions, ``press`` prints
these, ``finishing`` adds destinations and metadata, and ``store`` keeps what is still current.
"""

PAPERS = ("a4", "us-letter")
