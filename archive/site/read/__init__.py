"""Reads pages: records, anchors, quotations, formulas; refuses what must not be there."""
