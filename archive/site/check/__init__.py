"""Checks: the facts against the rules of documents, ledger and bibliography."""
