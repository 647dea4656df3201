"""Drawings of the archive's facts as SVG, in which every mark is a link."""
