"""The bibliography keeps institutions whole and gives full dates and access data."""

import pytest
from pybtex.database import parse_string
from pybtex.plugin import find_plugin

from archive.citation.style import ArchiveStyle


def _formatted(bib):
    entries = parse_string(bib, "bibtex").entries.values()
    plain = find_plugin("pybtex.backends", "plaintext")()
    return [
        (entry.label, entry.text.render(plain).strip())
        for entry in ArchiveStyle().format_entries(list(entries))
    ]


@pytest.mark.parametrize(
    ("bib", "label", "text"),
    [
        (
            "@online{a, author={{National Coalition Against Censorship}}, shortauthor={{NCAC}},"
            " title={{NCAC} Calls}, date={2021-02-08/..}, url={https://example.org/a_b~c},"
            " urldate={2026-11-22}, note={not dated}}",
            "NCAC 2021–",
            "National Coalition Against Censorship. “NCAC Calls.” 8 February 2021 or later. "
            "https://example.org/a_b~c, accessed 22 November 2026. Not dated.",
        ),
        (
            "@online{a, author={{PEN International}}, title={Condemn}, url={https://example.org}}",
            "PEN International n.d.",
            "PEN International. “Condemn.” No date. https://example.org.",
        ),
        (
            "@book{a, author={Doe, Jane and von Roe, Richard}, title={Presses}, year={1999},"
            " publisher={Press}}",
            "Doe 1999",
            "Jane Doe and Richard von Roe. Presses. Press. 1999.",
        ),
        (
            "@misc{a, author={{ALA}}, title={[Resolution]}, date={2021-12/..}}",
            "ALA 2021–",
            "ALA. [Resolution]. December 2021 or later.",
        ),
        (
            "@article{a, author={{Oil \\& Light}}, title={{Lamps}}, journaltitle={The R\\&R},"
            " volume={12}, number={3}, pages={45–51}, date={2023}}",
            "Oil & Light 2023",
            "Oil & Light. “Lamps.” The R&R 12, no. 3, pp. 45–51. 2023.",
        ),
        (
            "@jurisdiction{a, title={{Lamp v. Shelf}}, volume={403}, journaltitle={U.S.},"
            " pages={713, 714}, date={1971}}",
            "Lamp v. Shelf 1971",
            "Lamp v. Shelf, 403 U.S. 713, 714, 1971.",
        ),
        ("@report{a, title={A report?}, date={2020}}", "A report? 2020", "A report? 2020."),
    ],
)
def test_an_entry_is_formatted(bib, label, text):
    assert _formatted(bib) == [(label, text)]


def test_labels_alike_are_told_apart_by_letters():
    entry = "@online{%s, author={{ACLU}}, title={%s}, date={2021}}"
    labels = [label for label, _ in _formatted(entry % ("x", "X") + entry % ("y", "Y"))]
    assert labels == ["ACLU 2021a", "ACLU 2021b"]
