"""Permanence: what the ledger promised, checked against what stands in the documents now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from archive.model import Fact, Problem
from archive.model.ledger import Event, History, Ledger, State, short
from archive.model.passage import Anchor

# What stands in the documents


@dataclass(frozen=True, slots=True)
class Standing:
    """A block that stands in a document under an anchor."""

    anchor: str
    sha256: str  # fingerprint of what it says now
    path: str  # file, relative to the archive's root
    line: int
    former: tuple[str, ...] = ()  # older anchors on the same block: they moved here
    seal: str | None = None  # of what stands with the words (``seal``)
    # Its seals by the earlier forms of works, see ``holds``.
    earlier: Callable[[], Iterable[str]] = field(default=tuple, compare=False)

    def holds(self, seal: str | None) -> bool:
        """Whether a seal is of what stands, in the form of works of now or an earlier one."""
        return seal == self.seal or any(seal == each for each in self.earlier())


@dataclass(frozen=True, slots=True)
class Tombstone(Fact):
    """What a withdrawn passage left in its document."""

    anchor: str
    target: str | None  # its successor, where it has one
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Description:
    """What stands in a document besides its passages: its record, their order, all between them."""

    document: str  # its id
    seal: str
    path: str
    earlier: Callable[[], Iterable[str]] = field(default=tuple, compare=False)

    def holds(self, seal: str | None) -> bool:
        """Whether a seal is of what stands, in the form of works of now or an earlier one."""
        return seal == self.seal or any(seal == each for each in self.earlier())


@dataclass(frozen=True, slots=True)
class Beside:
    """What is checked of documents besides their passages.

    ``explain`` says in words, as far as can be known, how the passage or document of that name
    differs from what a seal was made of.
    """

    descriptions: Sequence[Description] = ()
    explain: Callable[[str, str], str] = lambda _name, _seal: ""


@dataclass(frozen=True)
class Survey:
    """The documents' anchors, indexed.  Of an anchor that stands twice, the first place counts."""

    standings: Sequence[Standing]
    tombstones: Sequence[Tombstone]

    @cached_property
    def standing(self) -> dict[str, Standing]:
        return {each.anchor: each for each in reversed(self.standings)}

    @cached_property
    def former(self) -> dict[str, Standing]:
        """Each older anchor with the block that carries it."""
        return {old: each for each in reversed(self.standings) for old in each.former}

    @cached_property
    def tombstone(self) -> dict[str, Tombstone]:
        return {each.anchor: each for each in reversed(self.tombstones)}

    @cached_property
    def ambiguous(self) -> frozenset[str]:
        """Anchors that stand in more than one place."""
        if len(self.standing) == len(self.standings) and not (self.former or self.tombstones):
            return frozenset()
        counts = Counter(anchor for anchor, _ in self.stands())
        return frozenset(anchor for anchor, count in counts.items() if count > 1)

    @cached_property
    def saying(self) -> dict[str, list[Standing]]:
        """The blocks that say the words of a fingerprint."""
        found: dict[str, list[Standing]] = {}
        for each in self.standings:
            found.setdefault(each.sha256, []).append(each)
        return found

    def stands(self) -> Iterator[tuple[str, Standing | Tombstone]]:
        """Every anchor in the documents with the block or tombstone it stands on."""
        for standing in self.standings:
            for anchor in (standing.anchor, *standing.former):
                yield anchor, standing
        for tombstone in self.tombstones:
            yield tombstone.anchor, tombstone

    def answers(self, anchor: str) -> bool:
        """Whether the documents have something to show for ``anchor``."""
        return anchor in self.standing or anchor in self.former or anchor in self.tombstone


def in_circle(tombstone: Tombstone, ledger: Ledger, survey: Survey) -> bool:
    """Whether the successors, published and pending, lead from a tombstone back to it."""
    seen: set[str] = set()
    anchor = tombstone.target
    while anchor is not None and anchor not in seen and anchor != tombstone.anchor:
        seen.add(anchor)
        anchor = _next(anchor, ledger, survey)
    return anchor == tombstone.anchor


def _next(anchor: str, ledger: Ledger, survey: Survey) -> str | None:
    """Where ``anchor`` leads once everything is published."""
    history = ledger.histories.get(anchor)
    if history is None or history.state is not State.LIVE:
        return history.target if history is not None else None
    if anchor in survey.former:
        return survey.former[anchor].anchor
    return survey.tombstone[anchor].target if anchor in survey.tombstone else None


# The check

# Every rule this file checks, by its stable code.
RULES = {
    "anchor-lost": "a published anchor stands in its document, or has moved, or has a tombstone",
    "anchor-altered": "a published passage says what was last published",
    "seal-altered": "a published passage stands with the notes, links, figures and citations that "
    "were last published with it",
    "record-altered": "a published document has the record, the order of passages and the text "
    "between them that were last published",
    "anchor-swapped": "words published under one anchor do not stand under another",
    "anchor-duplicated": "an anchor stands in one place",
    "anchor-reused": "an anchor that was moved or withdrawn names no other passage again",
    "anchor-moved-elsewhere": "a moved anchor stands nowhere but where the ledger says it moved",
    "former-unpublished": "only a published anchor is kept above the anchor that took its place",
    "tombstone-lost": "a withdrawn anchor keeps its tombstone",
    "tombstone-unpublished": "only a published passage has a tombstone",
    "tombstone-target": "a tombstone's successor is another anchor that was published or stands",
    "tombstone-circle": "successors never lead back to where they began",
    "tombstone-differs": "a tombstone names the successor that the ledger names",
}


def _place(fact: Standing | Tombstone) -> str:
    return f"{fact.path} line {fact.line}"


def check(
    ledger: Ledger,
    standings: Sequence[Standing],
    tombstones: Sequence[Tombstone],
    ledger_path: str,
    beside: Beside = Beside(),
) -> Iterator[Problem]:
    """Each promise of the ledger that the documents break.

    What publishing records without loss (a new passage, a move with the same words, a tombstone)
    is not a problem: ``publishing.pending`` gives it.
    """
    survey = Survey(standings, tombstones)
    yield from _duplicated(survey)
    for history in ledger.histories.values():
        for problem in _kept(history, ledger, survey, ledger_path):
            yield _explained(problem, history, survey, beside)
    for standing in standings:
        if standing.former:
            yield from _former_problems(standing, ledger)
    for tombstone in tombstones:
        yield from _tombstone_problems(tombstone, ledger, survey)
    for description in beside.descriptions:
        past = ledger.documents.get(description.document)
        if past is not None and not description.holds(past[-1].seal):
            problem = _described_otherwise(description, past[-1])
            words = beside.explain(description.document, past[-1].seal or "")
            yield replace(problem, message=problem.message + words)


def _duplicated(survey: Survey) -> Iterator[Problem]:
    """An anchor stands in one place: as a block's own, as a former one, or as a tombstone."""
    if not survey.ambiguous:
        return
    first: dict[str, str] = {}
    for anchor, fact in survey.stands():
        if anchor not in first:
            first[anchor] = _place(fact)
            continue
        yield Problem(
            fact.path,
            fact.line,
            "anchor-duplicated",
            f"{anchor} stands twice: at {first[anchor]} and at {_place(fact)}",
            "keep it on the passage that was published under it; delete it from the other one "
            "and run `make anchors`, which gives that one the next free number",
        )


def _kept(history: History, ledger: Ledger, survey: Survey, ledger_path: str) -> Iterator[Problem]:
    """What the documents do to one anchor of the ledger."""
    standing = survey.standing.get(history.anchor)
    if history.state is not State.LIVE:
        if standing is not None:
            yield _reused(history, standing)
        elif not survey.answers(ledger.resolve(history.anchor).final):
            yield from _unanswered(history, ledger, survey, ledger_path)
        return
    if standing is None:
        standing = survey.former.get(history.anchor)
    if standing is not None:
        yield from _changed(history, standing, survey)
    elif history.anchor not in survey.tombstone:
        yield _lost(history, ledger, survey, ledger_path)


def _changed(history: History, standing: Standing, survey: Survey) -> Iterator[Problem]:
    if standing.sha256 != history.sha256:
        yield _altered(history, standing, survey)
    elif None not in (history.seal, standing.seal) and not standing.holds(history.seal):
        yield _sealed_otherwise(history, standing)


def _unanswered(
    history: History, ledger: Ledger, survey: Survey, ledger_path: str
) -> Iterator[Problem]:
    """A moved or withdrawn anchor that leads nowhere."""
    if survey.answers(history.anchor):
        return
    if history.state is State.WITHDRAWN:
        yield _tombstone_lost(history, ledger_path)
    else:
        yield _lost(history, ledger, survey, ledger_path)


def _lost(history: History, ledger: Ledger, survey: Survey, ledger_path: str) -> Problem:
    anchor = history.anchor
    message = f"{anchor} stands nowhere; {_published(history, ledger_path)}"
    if history.target is not None:
        message += f", and moved to {history.target}, which does not answer either"
    mend = (
        f"bring the passage back: `git log -S '{anchor}' -- documents` finds where it went; "
        "or leave a tombstone in its place and run `make publish`"
    )
    twins = survey.saying.get(history.sha256, ())
    heir = next((each for each in twins if each.anchor not in ledger.histories), None)
    if heir is not None:
        message += f"; the same words now stand at {heir.anchor}, {_place(heir)}"
        mend = (
            f"put ({anchor})= back above that passage: in the place of ({heir.anchor})= if it is "
            "the same passage, or above it, and run `make publish` to record the move"
        )
    return Problem(_expected_in(anchor), 0, "anchor-lost", message, mend)


def _altered(history: History, standing: Standing, survey: Survey) -> Problem:
    message = (
        f"{history.anchor} does not say what was published: {_words(history)}, "
        f"and now stand {short(standing.sha256)}"
    )
    if history.anchor != standing.anchor:
        message += f" at {standing.anchor}, where it is to move"
    twins = survey.saying.get(history.sha256, ())
    twin = next((each for each in twins if each.anchor != history.anchor), None)
    rule, publishing = "anchor-altered", "run `make publish` to record a revision"
    if twin is not None:
        rule, publishing = "anchor-swapped", "run `make publish SWAPPED=yes` to record revisions"
        message += (
            f"; the published words now stand at {twin.anchor}, {_place(twin)}: "
            "passages or their anchors were swapped or moved"
        )
        mend = f"put ({history.anchor})= back above the words published under it"
    else:
        mend = "restore the words (`git diff` shows them)"
    mend += f", or, if the change is meant, {publishing}"
    return Problem(standing.path, standing.line, rule, message, mend)


def _explained(problem: Problem, history: History, survey: Survey, beside: Beside) -> Problem:
    if problem.rule != "seal-altered":
        return problem
    standing = survey.standing.get(history.anchor) or survey.former[history.anchor]
    words = beside.explain(standing.anchor, history.seal or "")
    return replace(problem, message=problem.message + words)


def _sealed_otherwise(history: History, standing: Standing) -> Problem:
    sealed = next(event for event in reversed(history.events) if event.seal is not None)
    message = (
        f"{history.anchor} says what was published, but other notes, links, figures, marks or "
        f"cited works stand with it than on {sealed.date}"
    )
    mend = (
        "restore them in the document, its images or the bibliography (`git diff` shows them), or, "
        "if the change is meant, run `make publish` to record an amendment"
    )
    return Problem(standing.path, standing.line, "seal-altered", message, mend)


def _described_otherwise(description: Description, last: Event) -> Problem:
    message = (
        f"the record of {description.document}, the order of its passages or what stands between "
        f"them is not what was published on {last.date}"
    )
    mend = (
        "restore it (`git diff` shows it), or, if the change is meant, run `make publish` to "
        "record it"
    )
    return Problem(description.path, 1, "record-altered", message, mend)


def _reused(history: History, standing: Standing) -> Problem:
    last = history.events[-1]
    where = f" to {history.target}" if history.target is not None else ""
    return Problem(
        standing.path,
        standing.line,
        "anchor-reused",
        f"{history.anchor} stands here, but was {history.state}{where} on {last.date}",
        "give this passage a new anchor: delete this one and run `make anchors`",
    )


def _tombstone_lost(history: History, ledger_path: str) -> Problem:
    message = (
        f"{history.anchor} was withdrawn on {history.events[-1].date}, but its tombstone stands "
        f"nowhere; {_published(history, ledger_path)}"
    )
    mend = f"bring the tombstone back: `git log -S '{history.anchor}' -- documents` finds it"
    return Problem(_expected_in(history.anchor), 0, "tombstone-lost", message, mend)


def _former_problems(standing: Standing, ledger: Ledger) -> Iterator[Problem]:
    """A former anchor of a block was published, and moved to this block or is still to move."""
    for old in standing.former:
        history = ledger.histories.get(old)
        if history is None:
            message = f"{old} stands above {standing.anchor} as its former anchor, but was "
            rule, message = "former-unpublished", message + "never published"
            mend = "delete it: no citation can know it"
        elif history.state is State.WITHDRAWN:
            yield _reused(history, standing)
            continue
        elif not _leads_here(old, standing, ledger):
            final = ledger.resolve(old).final
            message = f"{old} stands on {standing.anchor}, but moved to {final}"
            rule, mend = "anchor-moved-elsewhere", f"put it above ({final})= or delete it here"
        else:
            continue
        yield Problem(standing.path, standing.line, rule, message, mend)


def _leads_here(old: str, standing: Standing, ledger: Ledger) -> bool:
    """Whether ``old`` is live, and so may move here, or its moves lead to this block."""
    final = ledger.resolve(old).final
    return final in (old, standing.anchor) or final in standing.former


def _tombstone_problems(tombstone: Tombstone, ledger: Ledger, survey: Survey) -> Iterator[Problem]:
    """A tombstone is of a published anchor, and names a successor that can be found."""
    history = ledger.histories.get(tombstone.anchor)
    target = tombstone.target
    if history is None:
        message = f"{tombstone.anchor} has a tombstone, but was never published"
        mend = "delete the tombstone: no citation can know it"
        yield Problem(tombstone.path, tombstone.line, "tombstone-unpublished", message, mend)
        return
    if target is not None and not _may_succeed(target, tombstone, ledger, survey):
        message = f"{tombstone.anchor} names {target} as its successor, which "
        message += "is itself" if target == tombstone.anchor else "was never published"
        mend = "name the anchor of a passage that stands, or none"
        yield Problem(tombstone.path, tombstone.line, "tombstone-target", message, mend)
    elif history.state is not State.LIVE:
        yield from _differing(tombstone, history, ledger)
    elif in_circle(tombstone, ledger, survey):
        message = f"{tombstone.anchor} names {target} as its successor, which leads back to it"
        mend = "name the anchor of a passage that stands, or none"
        yield Problem(tombstone.path, tombstone.line, "tombstone-circle", message, mend)


def _may_succeed(target: str, tombstone: Tombstone, ledger: Ledger, survey: Survey) -> bool:
    known = target in ledger.histories or target in survey.standing
    return known and target != tombstone.anchor


def _differing(tombstone: Tombstone, history: History, ledger: Ledger) -> Iterator[Problem]:
    """A tombstone may name any anchor on the way to its successor; that of a moved anchor, none."""
    if tombstone.target is None and history.state is State.MOVED:
        return
    if _final(tombstone.target, ledger) == _final(history.target, ledger):
        return
    message = (
        f"the tombstone of {tombstone.anchor} names {tombstone.target or 'no successor'}, but the "
        f"{history.events[-1].kind} of {history.events[-1].date} names "
        f"{history.target or 'no successor'}"
    )
    mend = f"name {history.target or 'no successor'} in the tombstone, as the ledger does"
    yield Problem(tombstone.path, tombstone.line, "tombstone-differs", message, mend)


def _final(anchor: str | None, ledger: Ledger) -> str | None:
    known = anchor is not None and anchor in ledger.histories
    return ledger.resolve(anchor).final if known and anchor is not None else anchor


def _expected_in(anchor: str) -> str:
    return f"documents/{Anchor.parse(anchor).document}.md"


def _published(history: History, ledger_path: str) -> str:
    line = _worded(history).line
    return f"{_words(history)}" + (f" ({ledger_path} line {line})" if line else "")


def _words(history: History) -> str:
    return f"the words {short(history.sha256)} were published on {_worded(history).date}"


def _worded(history: History) -> Event:
    """The event that published the words now in force."""
    return next(event for event in reversed(history.events) if event.sha256 is not None)
