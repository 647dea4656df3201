"""What tools read from our files says what the record says.

Zotero's own translators are asked under ``make prove WHAT=court``, where ZOTERO_TRANSLATORS names a
folder with checkouts of zotero/translators, translate, utilities and zotero-schema.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Set

import pytest
import rispy

from archive.citation import bibtex, csl, works_export
from archive.citation.reference import Reference
from tests.conftest import once
from tests.court import cases, rules
from tests.court.exceptions import TOOLS
from tests.court.pandoc import Texts, by_pandoc
from tests.court.scripts import by_citation_js, by_citeproc_js
from tests.court.spelled import spelled
from tests.court.tex import by_biber, by_bibtex, by_pybtex
from tests.court.zotero import Zotero, head

LONG = os.environ.get("ARCHIVE_LONG") == "1"
HEARD = [
    case for case in (cases.every() if LONG else cases.short()) if case.shape != cases.TWIN
]  # fmt: skip
REFERENCES = [case.reference for case in HEARD]
ORIGINALS = cases.originals(HEARD)
WRITERS: dict[str, Callable[[Iterable[Reference]], str]] = {
    "bib": bibtex.bibliography, "classic": bibtex.classic, "ris": works_export.ris_file,
    "json": csl.serialise,
}  # fmt: skip


def _file(form: str) -> str:
    return WRITERS[form](REFERENCES)


def _pandoc(folder) -> dict[str, Texts]:
    return by_pandoc({form: _file(form) for form in TOOLS_OF["pandoc"][1]}, folder)


def _citation_js(_folder) -> dict[str, Texts]:
    read = by_citation_js({form: _file(form) for form in TOOLS_OF["citation-js"][1]})
    return {form: {item["id"]: spelled(item) for item in items} for form, items in read.items()}


def _rispy(_folder) -> dict[str, Texts]:
    return {"ris": {each["id"]: _spelled_ris(each) for each in rispy.loads(_file("ris"))}}


def _spelled_ris(read) -> str:
    authors = "; ".join(author.removesuffix(",") for author in read["authors"])
    date = read.get("date", read.get("year", ""))
    page = f"p. {read['start_page']}" if "start_page" in read else ""
    return f"{authors}. {read['title']}. {page} {date}. {read['urls'][0]}"


def _bibtex(folder) -> dict[str, Texts]:
    printed, said = by_bibtex(_file("classic"), "plain", folder)
    assert "arning" not in said, said
    return {"classic": printed}


def _pybtex(_folder) -> dict[str, Texts]:
    return {"classic": by_pybtex(_file("classic"), "alpha")}


def _biber(folder) -> dict[str, Texts]:
    printed, said = by_biber(_file("bib"), folder)
    told = [line for line in said.splitlines() if "WARN" in line or "ERROR" in line]
    # Words in place of a year are what they are.
    known = ("legacy year field", "WARNINGS:")
    assert not [line for line in told if not any(each in line for each in known)]
    return {"bib": printed}


# Each tool, with the files that it reads.
TOOLS_OF = {
    "pandoc": (_pandoc, ("bib", "ris", "json")),
    "citation-js": (_citation_js, ("bib", "ris", "json")),
    "rispy": (_rispy, ("ris",)),
    "bibtex": (_bibtex, ("classic",)),
    "pybtex": (_pybtex, ("classic",)),
    "biber": (_biber, ("bib",)),
}


def _told(
    tool: str, form: str, texts: Mapping[str, str], heard=HEARD, silent: Set[str] = frozenset()
) -> Iterator[str]:
    """Each case whose text breaks a rule for no reason of the tool's own.

    ``silent`` are the keys of those whose address the style prints of nobody.
    """
    excuses = TOOLS.get((tool, form), ())
    for case in heard:
        text = texts.get(case.claim.key, "")
        kind = f"{case.kind}, original" if case.of_original else case.kind
        own = {"url"} if case.claim.key in silent else set()
        for rule in sorted(rules.faults(case.claim, text) - own):
            if not any(each.covers(rule, case.edtf, case.shape, kind) for each in excuses):
                yield f"{case}: {rule}, {rules.RULES[rule]}: {text}"


@pytest.mark.parametrize(
    ("tool", "form"), [(tool, form) for tool, (_read, forms) in TOOLS_OF.items() for form in forms]
)
def test_a_tool_reads_what_the_record_says(tool, form, tmp_path_factory):
    def read(folder):
        folder.mkdir()
        return TOOLS_OF[tool][0](folder)

    texts = once(tmp_path_factory, f"court-{tool}", read)[form]
    heard = HEARD if form == "classic" else [*HEARD, *ORIGINALS]
    told = list(_told(tool, form, texts, heard))
    assert not told, "\n".join(told[:20])


# --- Zotero


@pytest.fixture(scope="module")
def zotero(request):
    folder = os.environ.get("ZOTERO_TRANSLATORS")
    if not LONG or not folder:
        pytest.skip(
            "Zotero's translators are asked under make prove WHAT=court, where "
            "ZOTERO_TRANSLATORS names the folder that has them"
        )
    with Zotero(request.getfixturevalue("browser"), folder) as zotero:
        yield zotero


FORMS = {"RIS": "ris", "BibTeX": "bib", "CSL JSON": "json", "Embedded Metadata": "head"}
STYLES = ("apa", "chicago-notes-bibliography", "modern-language-association", "nature")


def _kept(zotero, label: str) -> dict[str, dict]:
    """The items that Zotero keeps, by key; of heads those of whole documents, which have one."""
    if label == "Embedded Metadata":
        whole = [reference for reference in REFERENCES if reference.locator is None]
        return {each.key: zotero.saved(head(each), each.page) for each in whole}
    keys = {case.claim.address: case.claim.key for case in [*HEARD, *ORIGINALS]}
    items = zotero.imported(label, _file(FORMS[label]))
    return {keys[item["url"]]: item for item in items if item.get("url") in keys}


@pytest.mark.parametrize("label", FORMS)
def test_zotero_cites_what_the_record_says(zotero, label):
    items = _kept(zotero, label)
    form = FORMS[label]
    told = []
    kinds = sorted({item["csl"]["type"] for item in items.values()})
    controls = [cases.controls(kind, place)[0] for place, kind in enumerate(kinds)]
    # Styles shorten a name that the entry before has, as a document's has its original's.
    for heard in (HEARD, ORIGINALS):
        kept = {case.claim.key: items[case.claim.key] for case in heard if case.claim.key in items}
        cited = [item["csl"] | {"id": key} for key, item in kept.items()]
        heard = [case for case in heard if form != "head" or case.claim.key in kept]  # noqa: PLW2901
        told += _told("zotero", form, {item["id"]: spelled(item) for item in cited}, heard)
        printed = by_citeproc_js(STYLES, [*cited, *(plain for _case, plain in controls)])
        for style, texts in ((style, each["list"]) for style, each in printed.items()):
            # The types of which a style prints no address, as Nature of letters.
            bare = {
                plain["type"]
                for case, plain in controls
                if case.claim.address not in texts[plain["id"]]
            }
            silent = {item["id"] for item in cited if item["type"] in bare}
            told += [f"{style}: {each}" for each in _told("zotero", form, texts, heard, silent)]
    assert not told, "\n".join([f"{len(told)} in all", *told[:40]])
