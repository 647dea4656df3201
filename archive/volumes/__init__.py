"""Builds a large archive in volumes: each a Sphinx project of its own, joined to one site.

A volume has whole collections; ``root`` is the volume of the pages that belong to no document.
(The volumes into which a long ``archive.pdf`` is split are another thing: ``archive.pdf``.)

``planning`` writes a source folder for each volume, ``exchange`` gives each the facts it shows of
the others, ``joining`` makes one site of the pages of all.  ``features`` is a Sphinx extension that
only the ``conf.py`` of a volume names; an archive that is built as one loads nothing of this.

Two facts of the archive's domain are kept apart for ``features`` to override, and nothing else
outside this room knows of volumes: ``ArchiveDomain.size``, the number of documents in the whole
archive, and ``ArchiveDomain.checks_ledger``, since a volume has a slice of the ledger that cannot
be held against its documents alone.  To drop the first, a volume would need a placeholder for each
document of the archive, which costs memory for what it never shows; to drop the second, each
check would have to take the documents and anchors it is about as arguments.
"""
