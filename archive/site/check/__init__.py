"""Holds what was read against the rules."""
