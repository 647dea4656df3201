"""A citation processor turns our files into citations that keep the institution whole."""

import re

import pypandoc
import pytest

from archive.citation import bibtex, csl
from tests.citation.samples import ALL, PASSAGES

FILES = {"archive.bib": bibtex.bibliography, "archive.json": csl.serialise}


@pytest.fixture(scope="module", params=FILES)
def printed(request, tmp_path_factory):
    """The list of all references, as pandoc prints it from one of the files."""
    path = tmp_path_factory.mktemp("references") / request.param
    path.write_text(FILES[request.param](ALL), encoding="utf-8")
    cited = "[" + "; ".join(f"@{reference.key}" for reference in ALL) + "]"
    arguments = ["--citeproc", f"--bibliography={path}", "--wrap=none"]
    text = pypandoc.convert_text(cited, "plain", format="markdown", extra_args=arguments)
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize("reference", ALL, ids=lambda reference: reference.key)
def test_every_reference_is_printed_with_its_institution_whole(printed, reference):
    (line,) = [line for line in printed if line.endswith(f"{reference.address}.")]
    assert line.startswith(f"{reference.record.issuer}. ")
    assert reference.title.strip("[]").casefold() in line.casefold()
    assert f"{reference.genre}. Press Freedom Archive. " in line
    assert re.search(r"\. not before 2019[a-z]\. ", line)  # letters tell the passages apart
    assert "n.d." not in line


def test_the_text_cites_by_institution_and_date(printed):
    assert printed[0].startswith("(")
    assert printed[0].count("Guild of Seed Keepers") >= 1
    assert printed[0].count("Federation of Isle Gardeners") >= 1
    assert len(printed) == 1 + 2 + len(PASSAGES)
