"""The site: reading pages, keeping and checking their facts, showing them, files beside pages."""
