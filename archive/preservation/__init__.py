"""Manifest, BagIt bag, verification of copies, and what a host needs.  Imports none of ours."""
