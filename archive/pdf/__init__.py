"""How the archive is printed: Sphinx's node trees become Typst, and Typst becomes PDF.

``drawing`` translates each page to calls of the functions in ``template.typ``; ``coverage`` lists
which class of nodes is drawn how.  ``plan`` puts pages together to editions, ``press`` prints
these, ``destinations`` makes every anchor a named destination, and ``store`` keeps what need not
be made again.
"""
