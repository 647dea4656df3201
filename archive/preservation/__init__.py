"""Manifest, BagIt bag, verification of copies, and the settings of hosts."""
