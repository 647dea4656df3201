"""How the archive is printed: Sphinx's node trees become Typst, and Typst becomes PDF.

A node tree is drawn as calls of the functions in ``template.typ`` (``coverage`` says which node
is drawn by what); ``edition`` puts pages together; ``engine`` compiles them; ``destinations``
makes every anchor a named destination; ``store`` keeps what need not be made again.
"""
