"""Commands that compare with the ledger: documents, citations, its past, and witnesses."""

from __future__ import annotations

import base64
import pickle
import re
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from docutils import nodes
from sphinx.application import Sphinx

from archive.commands import argument, command
from archive.commands.workspace import read_archive, reading
from archive.files import Git, write
from archive.model import Problem
from archive.model.ledger import Event, Ledger, entries, read, short
from archive.model.passage import Anchor
from archive.model.proof import NOTE, PIN, Checkpoint
from archive.model.publishing import keep
from archive.model.tree import Head, Tree
from archive.model.verifying import Status, answer
from archive.model.wordings import (
    RECOVER,
    WORDINGS,
    Superseded,
    Wordings,
    lost,
    parse,
    read_wordings,
    superseded,
)
from archive.preservation import CannotCheckError, harmless
from archive.preservation.fetching import Client, EndlessError, UnreachableError
from archive.serving import WarningCollector
from archive.site.check import unpublished, unsealed_among, unwritten
from archive.site.know.domain import archive_domain
from archive.site.know.facts import DOCUMENTS
from archive.site.know.ledger import LEDGER, checked_wordings, publishing_commits, read_ledger
from archive.site.read.anchors import said_in
from archive.site.read.sources import states, unattested
from archive.upstream.application import read_as, tree_of

# --- What was published before, and whether the ledger continues it.
#
# The pinned head, the main branch, the tags, the history in git and the hosted archive are asked.

# A version that was published has to be the beginning of the ledger.  Where two versions were
# published that do not continue each other, a ``join`` event names the head of the one that the
# ledger does not continue, and the events of that one are in the ledger.  A version that stood in
# the repository's history only, on a branch that was merged, may stand in another order, but none
# of its events may be lost.


@dataclass(frozen=True, slots=True)
class Version:
    """The ledger as it was elsewhere or before."""

    name: str  # "origin/main", "the tag 2026.11", "the live site"
    head: Head
    data: bytes | None  # None where only the head is known
    is_published: bool
    restore: str  # the command that brings it back

    @classmethod
    def of(cls, name: str, data: bytes, *, is_published: bool, restore: str) -> Version:
        return cls(name, Tree(entries(data)).head(), data, is_published, restore)


def begins_with(ledger: Ledger, head: Head) -> bool:
    """Whether a head is that of the ledger's own first lines."""
    return head.size <= ledger.tree.size and ledger.tree.head(head.size) == head


def broken(ledger: Ledger, version: Version, path: str) -> Iterator[Problem]:
    """What is wrong with the ledger at ``path`` beside another version of it."""
    head = version.head
    if begins_with(ledger, head) or head in ledger.joined:
        return
    lost = missing(ledger, read(version.data or b"", version.name)[0])
    if lost:
        message = f"{len(lost)} events of {version.name} are lost, that of {lost[0].anchor} first"
        yield Problem(path, 0, "ledger-lost", message, _mend(version))
    elif version.is_published:
        message = (
            f"it does not begin with the {head.size} lines of {version.name}, whose tree head is "
            f"{short(head.root)}: lines were inserted, moved, edited or removed"
        )
        yield Problem(path, 0, "ledger-prefix", message, _mend(version))


def _mend(version: Version) -> str:
    return (
        f"run `{version.restore}`, and then `make publish`, which appends what is not in it. Where "
        "others hold both versions already, run `make publish JOIN=` with the commit of the other"
    )


def missing(ledger: Ledger, events: Iterable[Event]) -> list[Event]:
    """The events that the ledger has not, on whichever day."""
    known = {_key(event) for history in ledger.values() for event in history.events}
    known |= {_key(event) for past in ledger.documents.values() for event in past}
    return [event for event in events if event.anchor and _key(event) not in known]


def _key(event: Event) -> tuple[object, ...]:
    return event.kind, event.anchor, event.sha256, event.target, event.seal


# What was published before: the pinned head, the main branch, the tags, and the history in git.

_MAIN = ("@{upstream}", "origin/HEAD", "origin/main", "origin/master")
_TAGS = 50  # the newest
_LARGEST = 512 << 20  # bytes of a ledger


@dataclass(slots=True)
class Compared:
    """What comparing a ledger with everything published before gave."""

    problems: list[Problem] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)  # what it was compared with
    notices: list[str] = field(default_factory=list)  # what could not be compared

    def __str__(self) -> str:
        beside = f"Compared with {', '.join(self.beside)}." if self.beside else ""
        first = "Nothing that was published before is at hand to compare with."
        return " ".join([beside or first, *self.notices])


def compare(
    root: Path, ledger: Ledger, base: str = "", joining: str = "", live: str = ""
) -> Compared:
    """Compare a checkout's ledger with what was published before.

    ``base`` names a commit that was published, ``joining`` one whose ledger is about to be joined,
    ``live`` the address of the hosted archive.  Raises ValueError where there is no such commit,
    and where the hosted ledger cannot be read.
    """
    found, git = Compared(), Git(root)
    for name in (base, joining):
        if name.strip("0") and not git.commit(name):
            raise ValueError(
                f"there is no commit {name} in this clone, as after a history was rewritten by "
                f"force. To mend: git fetch origin {name}"
            )
    _compare_pin(root, ledger, found)
    kept, _unsound = checked_wordings(root / WORDINGS)
    if live:
        _compare_live(live, ledger, kept, found)
    if not git.is_there:
        found.notices.append("Without git, the history is not compared.")
        return found
    if git.is_shallow:
        found.notices.append("The clone is shallow: the rest of its history is not compared.")
    names = dict(_published(git, base))
    history = [commit for commit in git.changed(LEDGER, PIN) if commit not in names]
    found.beside += [*names.values(), *([f"the history ({len(history)})"] if history else [])]
    for commit in history:
        names[commit] = f"the commit {commit[:12]}"
    names.pop(git.commit(joining) if joining else "", None)
    for version in _differing(git, names, set(history), ledger):
        found.problems += broken(ledger, version, LEDGER)
    found.problems += lost(kept, ledger, _wordings(git, names))
    return found


def _wordings(git: Git, names: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """The earlier wordings as each version of them has them, with its name."""
    history = {commit: f"the commit {commit[:12]}" for commit in git.changed(WORDINGS)}
    named = {**history, **names}
    files = git.files((commit, WORDINGS) for commit in named)
    return ((named[commit], data) for (commit, _path), data in files.items())


def _compare_pin(root: Path, ledger: Ledger, found: Compared) -> None:
    try:
        head = Checkpoint.parse((root / PIN).read_text("utf-8")).head
    except FileNotFoundError:
        found.notices.append(f"There is no {PIN} yet; make publish writes it.")
    except ValueError as error:
        mend = f"run `git checkout origin/main -- {PIN}`, or delete it and run `make publish`"
        found.problems.append(Problem(PIN, 1, "ledger-head", str(error), mend))
    else:
        restore = f"git checkout origin/main -- {LEDGER} {PIN}"
        version = Version(PIN, head, None, is_published=True, restore=restore)
        found.problems += broken(ledger, version, LEDGER)
        found.beside.append(PIN)


def _compare_live(address: str, ledger: Ledger, kept: Wordings, found: Compared) -> None:
    data = _live(address, LEDGER)
    if data is None:
        found.notices.append(f"{address} has no {LEDGER} yet.")
        return
    restore = f"curl -o {LEDGER} {address.rstrip('/')}/{LEDGER}"
    version = Version.of(address, data, is_published=True, restore=restore)
    found.problems += broken(ledger, version, LEDGER)
    found.problems += lost(kept, ledger, [(address, _live(address, WORDINGS) or b"")])
    found.beside.append(address)


def _live(address: str, name: str) -> bytes | None:
    """A file of the hosted archive; None where it has none.  Raises ValueError."""
    try:
        with closing(Client(address, rate=0)) as client:
            answer = client.get(name, _LARGEST)
    except (CannotCheckError, UnreachableError, EndlessError) as error:
        raise ValueError(f"{address} cannot be compared with: {harmless(str(error))}") from error
    if answer.status not in (200, 404, 410):
        raise ValueError(f"{address} cannot be compared with: it answers with {answer.status}")
    return answer.body if answer.status == 200 else None


def _published(git: Git, base: str) -> Iterator[tuple[str, str]]:
    """The commits that others may hold, each with its name; the last name given counts."""
    tags = [(f"refs/tags/{tag}", f"the tag {tag}") for tag in git.tags(_TAGS)]
    for name, words in (*tags, *((name, name) for name in (*_MAIN, base) if name)):
        if commit := git.commit(name):
            yield commit, words


def _differing(
    git: Git, names: dict[str, str], unpublished: set[str], ledger: Ledger
) -> Iterator[Version]:
    """The versions that the ledger does not begin with."""
    pins = git.files((commit, PIN) for commit in unpublished)
    for commit, name in names.items():
        if begins_with(ledger, _head(pins.get((commit, PIN), b""))):
            continue
        data = git.files([(commit, LEDGER)]).get((commit, LEDGER))
        if data is not None:
            yield Version.of(
                name, data, is_published=commit not in unpublished,
                restore=f"git checkout {commit[:12]} -- {LEDGER}",
            )  # fmt: skip


def _head(pin: bytes) -> Head:
    """The head that a pin names; of none, one that no ledger begins with."""
    try:
        return Checkpoint.parse(pin.decode("utf-8", "replace")).head
    except ValueError:
        return Head(sys.maxsize, "")


_STATUSES = ", ".join(f"{each.value} {each.name.lower().replace('_', ' ')}" for each in Status)


@command(
    argument("--release", action="store_true",
             help="count what is unwritten, unattested or unpublished as an error"),
    argument("--base", default="", help="a commit that was published, besides the main branch"),
    argument("--live", default="", help="the address of the hosted archive"),
    epilog="Exit codes: 0 no problem, 1 problems were found.",
    failed="Nothing was checked",
)  # fmt: skip
def check(arguments: Namespace, root: Path) -> int:
    """Check the documents against the ledger, and the ledger against what was published."""
    domain, is_sound = read_archive(root)
    compared = compare(root, domain.ledger, arguments.base, live=arguments.live)
    waiting = unpublished(domain)
    to_attest = sorted(unattested(domain, states(domain)))
    unfinished = [*unwritten(domain), *to_attest, *waiting] if arguments.release else []
    for problem in (*compared.problems, *unfinished):
        print(problem, file=sys.stderr)
    for problem in () if arguments.release else to_attest:
        print(f"notice: {problem}")
    if lacking := len(superseded(domain.ledger)) if not domain.wordings.is_there else 0:
        print(f"notice: {lacking} earlier wordings are not kept yet; run {RECOVER}")
    documents = domain.documents.values()
    print(
        f"{len(documents)} documents, {sum(len(each.anchors) for each in documents)} anchors; "
        f"{len(domain.ledger)} published, {len(waiting)} changes to publish "
        f"({len(unsealed_among(waiting))} first seals), {len(to_attest)} to attest. "
        f"{compared}"
    )
    return 0 if is_sound and not compared.problems and not unfinished else 1


@command(
    argument("anchor", help="for example ala-assange-resolution-w3"),
    argument("--sha256", help="the fingerprint cited, or its first 8 digits or more"),
    argument("--date", help="the day of the citation, written like 2026-11-22"),
    epilog=f"Exit codes: {_STATUSES}; 1 the ledger is broken; 2 wrong arguments.",
)
def verify_citation(arguments: Namespace, root: Path) -> int:
    """Say whether a cited passage was revised, moved or withdrawn since, and what it said.

    The words are those of the day, or of the fingerprint, that is given.
    """
    ledger, problems = read_ledger(root / LEDGER)
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        return 1
    try:
        found = answer(ledger, arguments.anchor, arguments.sha256, arguments.date)
    except ValueError as error:
        print(f"{error}.", file=sys.stderr)
        return 2
    print(f"{found.status.name.lower().replace('_', ' ')}: {found.message}")
    if found.stood is not None:
        words = _words(root, found.stood, found.final or "")
        print(f"The words {short(found.stood)}: {words}" if words else NOT_KEPT)
    return found.code


NOT_KEPT = f"The words that stood there are not kept; {RECOVER} searches git for them."


def _words(root: Path, sha256: str, anchor: str) -> str:
    """The words of a fingerprint, kept or as the page of its anchor has them; empty of none."""
    kept = read_wordings(root / WORDINGS)
    if sha256 in kept:
        return kept[sha256]
    page = f"{DOCUMENTS}/{Anchor.parse(anchor).document}"
    with reading(root, quiet=True) as (app, _warnings):
        return words_of(app, {page} & app.env.found_docs).get(sha256, "")


# --- ``witness``: have the head of the ledger confirmed by witnesses, or dated by OpenTimestamps.

# A line of a signed note, after the form of C2SP signed-note.
_SIGNATURE = re.compile(r"— [^\s+]+ (?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}[A-Za-z0-9+/=]=)?")


@command(
    argument("site", type=Path, help="the folder of the built and signed site"),
    argument("--since", type=int, metavar="SIZE",
             help="print the request to a witness that has seen so many lines (C2SP tlog-witness)"),
    argument("--add", type=Path, metavar="FILE", help="add the signatures that a witness gave"),
    argument("--stamp", action="store_true", help="have the head dated by OpenTimestamps (ots)"),
    epilog="Exit codes: 0 done, 1 not done.",
    failed="Nothing was witnessed",
)  # fmt: skip
def witness(arguments: Namespace, root: Path) -> int:
    """Let others confirm the head of the ledger."""
    site = root / arguments.site
    note = _signed(site)
    if arguments.since is not None:
        print(request(note, (site / LEDGER).read_bytes(), arguments.since), end="")
    if arguments.add is not None:
        added = with_signatures(note, arguments.add.read_text("utf-8"))
        write(site / NOTE, added)
        print(f"{arguments.site / NOTE} has {added.count(chr(10) + '— ')} signatures.")
    if arguments.stamp:
        return _stamp(site / PIN)
    return 0


def _signed(site: Path) -> str:
    path = site / NOTE
    if not path.is_file():
        raise ValueError(f"{path} is missing. To mend: make sign MINISIGN=secret.key")
    return path.read_text("utf-8")


def request(note: str, ledger: bytes, old: int) -> str:
    """The body of a request to a witness, ``add-checkpoint``: proof that the log only grew.

    Raises ValueError where the note is not of the ledger, or has fewer lines than ``old``.
    """
    tree, head = Tree(entries(ledger)), Checkpoint.parse(note).head
    if tree.head() != head:
        raise ValueError("the checkpoint is of another ledger. To mend: make sign it anew")
    proof = (base64.b64encode(each).decode() + "\n" for each in tree.consistency(old, tree.size))
    return f"old {old}\n{''.join(proof)}\n{note}"


def with_signatures(note: str, given: str) -> str:
    """A note with the signatures of witnesses, each once.  Raises ValueError where one is none."""
    body, _, known = note.partition("\n\n")
    lines = [*known.splitlines(), *(line for line in given.splitlines() if line.startswith("— "))]
    wrong = [each for each in lines if not _SIGNATURE.fullmatch(each) or not each.isprintable()]
    if wrong or len(lines) == len(known.splitlines()):
        raise ValueError(
            "the file has no signature line, — name base64. To mend: save the answer of the witness"
        )
    return f"{body}\n\n" + "".join(f"{line}\n" for line in dict.fromkeys(lines))


def _stamp(head: Path) -> int:
    """Stamp the head where the client of OpenTimestamps is here; else say what to stamp."""
    program = shutil.which("ots")
    if program is None:
        print(
            f"Stamp {head} where the client of OpenTimestamps is, `ots stamp {head.name}`, and put "
            f"{head.name}.ots beside it."
        )
        return 0
    return subprocess.run([program, "stamp", str(head)], check=False).returncode


# --- ``wordings``: the earlier words of revised passages, and finding them where git has them.

# The words that were published on this machine: those of the last publication may be in no commit.
_PUBLISHED = Path("_build", "published.jsonl")


@command(
    argument("--recover", action="store_true", help="search git for those that are not kept"),
    epilog="Exit codes: 0 all earlier words are kept, 1 some are not.",
    failed="Nothing was kept",
)
def wordings(arguments: Namespace, root: Path) -> int:
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
        found |= parse(data, WORDINGS)[0].texts
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
