"""Facts: what is read from pages and the ledger, what follows from it, and which outputs use it."""
