"""The works of a corpus as BibTeX that every tool reads: ours, pybtex's styles, citeproc."""

from __future__ import annotations

from benchmarks.corpus import Corpus, Work


def bibliography(corpus: Corpus) -> str:
    """The whole file of references."""
    return "\n".join(map(entry, corpus.works()))


def entry(work: Work) -> str:
    """One entry."""
    fields = {
        "author": " and ".join(f"{last}, {first}" for last, first in work.authors),
        "title": f"{{{work.title}}}",
        "year": str(work.year),
        "url": f"https://example.org/{work.key}",
    }
    if work.publisher:
        fields["publisher"] = work.publisher
    else:
        fields["journal"] = fields["journaltitle"] = str(work.journal)
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{'book' if work.publisher else 'article'}{{{work.key},\n{lines},\n}}\n"
