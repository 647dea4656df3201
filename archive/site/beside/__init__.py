"""Writes the files that lie beside the pages."""
