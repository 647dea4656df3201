"""``wordings``: the earlier words of revised passages, and finding them where git has them."""

from __future__ import annotations

import pickle
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from docutils import nodes
from sphinx.application import Sphinx

from archive.commands import argument, command
from archive.commands.workspace import reading
from archive.git import Git
from archive.model.ledger import Ledger, short
from archive.model.passage import Anchor
from archive.model.publishing import keep
from archive.model.wordings import (
    RECOVER,
    WORDINGS,
    Superseded,
    read,
    read_wordings,
    superseded,
)
from archive.serving.diagnostics import WarningCollector
from archive.site.know.domain import archive_domain
from archive.site.know.facts import DOCUMENTS
from archive.site.know.ledger import publishing_commits
from archive.site.read.anchors import said_in
from archive.upstream.application import read_as
from archive.upstream.memory import tree_of

# The words that were published on this machine: those of the last publication may be in no commit.
_PUBLISHED = Path("_build", "published.jsonl")


@command(
    argument("--recover", action="store_true", help="search git for those that are not kept"),
    epilog="Exit codes: 0 all earlier words are kept, 1 some are not.",
    failed="Nothing was kept",
)
def run(arguments: Namespace, root: Path) -> int:
    """Say which earlier words of passages are kept, and recover from git those that are not.

    Each is checked against the fingerprint that the ledger has of it.
    """
    with reading(root, quiet=True) as (app, _warnings):
        ledger = archive_domain(app.env).ledger
        if arguments.recover:
            wanted = not_kept(root, ledger)
            found = find(app, root, wanted)
            keep(root / WORDINGS, {sha256: found.get(sha256) for sha256 in wanted})
            if found:
                print(f"Recovered {len(found)} earlier wordings. Commit {WORDINGS}.")
    lacking = not_kept(root, ledger)
    for sha256, (anchor, line) in lacking.items():
        print(f"Not kept: {anchor}, line {line} of the ledger, {short(sha256)}")
    known = len(superseded(ledger))
    print(f"{known} wordings were superseded; the words of {known - len(lacking)} are kept.")
    if lacking and not arguments.recover:
        print(f"To mend: run `{RECOVER}`.", file=sys.stderr)
    return 1 if lacking else 0


def not_kept(root: Path, ledger: Ledger) -> dict[str, Superseded]:
    """The superseded wordings of a ledger whose words are not in the file."""
    kept = read_wordings(root / WORDINGS)
    return {sha256: was for sha256, was in superseded(ledger).items() if sha256 not in kept}


def find(app: Sphinx, root: Path, wanted: Mapping[str, Superseded]) -> dict[str, str]:
    """The words of fingerprints that are still somewhere, each checked against its fingerprint.

    They are looked for in what was published on this machine, in earlier versions of the file of
    wordings, and in the documents as commits have them, which are read as if they stood today: the
    newest commit first, then those that published the words, then all others.  ``app`` has read
    all pages, and can be used for nothing else afterwards.
    """
    if not wanted:
        return {}
    known = {**read_wordings(root / _PUBLISHED), **_kept_before(root)}
    found = {sha256: known[sha256] for sha256 in wanted if sha256 in known}
    documents: dict[str, dict[str, Superseded]] = {}
    for sha256, was in wanted.items():
        if sha256 not in found:
            documents.setdefault(Anchor.parse(was.anchor).document, {})[sha256] = was
    commits = publishing_commits(root / "ledger.jsonl") if documents else {}
    with TemporaryDirectory() as folder, WarningCollector(root):
        for id_, lacking in documents.items():
            published = [commits[each.line] for each in lacking.values() if each.line in commits]
            for text in _versions(Git(root), f"{DOCUMENTS}/{id_}.md", published):
                said = _said(app, id_, text, Path(folder))
                found |= {sha256: said[sha256] for sha256 in lacking.keys() & said.keys()}
                if lacking.keys() <= found.keys():
                    break
    return {sha256: found[sha256] for sha256 in wanted if sha256 in found}


def _kept_before(root: Path) -> dict[str, str]:
    """The wordings that earlier versions of the file had."""
    git, found = Git(root), dict[str, str]()
    for data in git.files((commit, WORDINGS) for commit in git.changed(WORDINGS)).values():
        found |= read(data, WORDINGS)[0].texts
    return found


def _versions(git: Git, path: str, published: Iterable[str]) -> Iterator[str]:
    """The texts of a document in commits, each once."""
    if not git.is_there:
        return
    commits = dict.fromkeys(("HEAD", *published, *git.changed(path)))
    files = git.files((commit, path) for commit in commits)
    for data in dict.fromkeys(files.values()):
        text = data.decode("utf-8-sig", "replace")
        yield text.replace("\r\n", "\n").replace("\r", "\n")


def _said(app: Sphinx, id_: str, text: str, folder: Path) -> dict[str, str]:
    """What the blocks of a version of a document say, by fingerprint.

    A document that is gone is read in the place of another one.
    """
    name = f"{DOCUMENTS}/{id_}"
    if name not in app.env.found_docs:
        name = min(archive_domain(app.env).documents, default="")
    try:
        read_as(app, name, text, folder)
        tree: nodes.document = pickle.loads((folder / f"{name}.doctree").read_bytes())
        return dict(said_in(tree))
    except Exception:  # whatever an earlier text does to Sphinx of today, it has no words for us
        return {}


def words_of(app: Sphinx, docnames: Iterable[str]) -> dict[str, str]:
    """What the blocks of documents say, by fingerprint."""
    found: dict[str, str] = {}
    for name in docnames:
        with tree_of(app.env, name) as doctree:
            found.update(said_in(doctree))
    return found


def remember(root: Path, published: Mapping[str, str]) -> None:
    """Keep the words of a publication on this machine, until a commit has them."""
    path = root / _PUBLISHED
    path.parent.mkdir(exist_ok=True)
    keep(path, published)


def missed(lacking: Mapping[str, Superseded]) -> Iterator[str]:
    """Tell of words that were not found."""
    for sha256, (anchor, _line) in lacking.items():
        yield (
            f"notice: the words that {anchor} said before ({short(sha256)}) are in no commit of "
            f"this clone, which {WORDINGS} notes. To mend: where another clone has them, run "
            f"`git fetch`, then `{RECOVER}`."
        )
