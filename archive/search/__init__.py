"""Search: what the pages say, kept as records and indexed by Pagefind."""
