"""The engine of the press-freedom archive: documents in, citable pages and print out."""
