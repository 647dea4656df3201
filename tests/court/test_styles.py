"""citeproc-js, which prints for Zotero, says in each style what the record says.

In the suite the styles that people choose most, with three shapes of agents for each date; under
``make prove WHAT=court`` all styles, with all shapes.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from tests.conftest import once
from tests.court import cases, rules
from tests.court.exceptions import CHOSEN, OWN
from tests.court.scripts import by_citeproc_js, styles

LONG = os.environ.get("ARCHIVE_LONG") == "1"
HEARD = [*cases.every(), *cases.originals(cases.others())] if LONG else cases.short()
NAMES = sorted(styles()) if LONG else CHOSEN


def _faults(texts: Mapping[str, str], items, controls) -> Iterator[tuple[cases.Case, str, str]]:
    """Each case with a rule that its text breaks, and that the style keeps with a control."""
    own: dict[tuple[str, str], frozenset[str]] = {}
    for case, plain in controls:
        claim = replace(case.claim, mark="")
        own[plain["type"], case.shape] = rules.faults(
            claim, texts.get(plain["id"], ""), "about 2021"
        )
    for case, item in zip(HEARD, items, strict=True):
        excused = _excused(own, item["type"], case)
        if "title" in excused and len(excused) > 5:
            continue  # a number, or a name and a year
        words = item.get("issued", {}).get("literal", "")
        text = texts.get(item["id"], "")
        for rule in sorted(rules.faults(case.claim, text, words) - excused):
            yield case, rule, text


# The control that has names of a shape.
_ALIKE = {shape: shape for shape in ("person", "suffix", "particle", "many")} | {"two": "person"}
_OF_NAMES = {"body", "person"}
_OF_DATES = {rule for rule in rules.RULES if rule.startswith("date")}


def _excused(own, kind: str, case: cases.Case) -> set[str]:
    """What a style breaks with plain data of the same type."""
    by_shape = {shape: broken for (type_, shape), broken in own.items() if type_ == kind}
    general = set().union(*by_shape.values()) - _OF_NAMES - _OF_DATES
    alike = ("body", "person") if case.shape == "mixed" else (_ALIKE.get(case.shape, "body"),)
    names = set().union(*(by_shape[shape] for shape in alike)) & _OF_NAMES
    same = ("body", "suffix", "particle") if rules.is_exact(case.edtf) else ("person", "many")
    dates = set().union(*(by_shape[shape] for shape in same)) & _OF_DATES
    if case.shape == cases.TWIN:
        names = _OF_NAMES  # a dash, where it is that of the entry before
    # What stands in the title is lost with it.
    return general | names | dates | ({"mark", "locator"} if "title" in general else set())


def _is_own(style: str, rule: str, case: cases.Case) -> bool:
    """Whether a style breaks a rule with such a case for a reason of its own."""
    return style in OWN and OWN[style].covers(rule, case.edtf, case.shape)


def _hear(_folder) -> tuple[dict[str, list[str]], dict[str, str], list[str]]:
    """Of each style what it breaks; of those that do not run what they say; idle excuses."""
    items = [case.item for case in HEARD]
    kinds = sorted({item["type"] for item in items})
    controls = [each for place, kind in enumerate(kinds) for each in cases.controls(kind, place)]
    processes = (os.cpu_count() or 1) if LONG else 1
    told = by_citeproc_js(NAMES, [*items, *(plain for _case, plain in controls)], processes)
    found: dict[str, list[str]] = {}
    broken: dict[str, str] = {}
    idle = set(OWN).intersection(NAMES)
    for style, printed in told.items():
        if "error" in printed:
            broken[style] = printed["error"]
            continue
        all_faults = [
            (place, *fault)
            for place in ("list", "cites")  # a list of references; citations in text or notes
            if printed[place]
            for fault in _faults(printed[place], items, controls)
        ]
        found[style] = [
            f"{case} ({place}): {rule}, {rules.RULES[rule]}: {text}"
            for place, case, rule, text in all_faults
            if not _is_own(style, rule, case)
        ]
        if len(found[style]) < len(all_faults):
            idle.discard(style)
    return found, broken, sorted(idle)


@pytest.fixture(scope="module")
def hearing(tmp_path_factory):
    return once(tmp_path_factory, "court-styles", _hear)


@pytest.mark.parametrize("style", NAMES)
def test_a_style_says_what_the_record_says(hearing, style):
    found, broken, idle = hearing
    assert style in {**found, **broken}
    assert style not in idle, "it needs no excuse any more"
    told = found.get(style, [])
    counts = Counter(each.partition("): ")[2].partition(",")[0] for each in told)
    assert not told, "\n".join([f"{style}: {dict(counts)}", *told[:12]])
