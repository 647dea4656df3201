"""What a document is: record, anchor, fingerprint, dates.  Imports no Sphinx and no docutils."""
