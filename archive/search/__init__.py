"""Search: the entries of all pages, and their index, which Pagefind makes."""
