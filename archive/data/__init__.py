"""A document as data and as plain text: what programs and people who work with texts take.

Everything is made from what stands in the ledger or is sealed by it, so that ``archive verify`` can
make it again from the proof of a copy, and compare.
"""
