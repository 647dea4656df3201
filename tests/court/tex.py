"""BibTeX, pybtex and biber, which read files of BibTeX and BibLaTeX."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from lxml import etree
from pybtex.backends.plaintext import Backend
from pybtex.database import parse_string
from pybtex.plugin import find_plugin
from pybtex.richtext import Text

from tests.conftest import require_tool

Texts = dict[str, str]  # by the key of an entry


def by_bibtex(text: str, style: str, folder: Path) -> tuple[Texts, str]:
    """What BibTeX prints of each entry in one of its own styles, and what it says about it."""
    require_tool("bibtex", shutil.which("bibtex"))
    (folder / "records.bib").write_text(text, "utf-8")
    aux = f"\\citation{{*}}\n\\bibstyle{{{style}}}\n\\bibdata{{records}}\n"
    (folder / "list.aux").write_text(aux, "utf-8")
    done = subprocess.run(["bibtex", "list"], cwd=folder, capture_output=True, check=False)
    made = (folder / "list.bbl").read_text("utf-8", errors="replace")
    assert "\ufffd" not in made, "BibTeX, which knows bytes alone, cut a character"
    _, *entries = re.split(r"\\bibitem(?:\[.*?\])?\{", made, flags=re.DOTALL)
    texts = (each.partition("}")[::2] for each in entries)
    return {key: _bare(text) for key, text in texts}, (done.stdout + done.stderr).decode()


def _bare(latex: str) -> str:
    """What LaTeX prints of the little that styles of BibTeX write."""
    text = latex.partition("\\end{thebibliography}")[0].replace("\\newblock", " ")
    text = re.sub(r"\\url\{([^}]*)\}", r"\1", text)
    text = re.sub(r"\\(?:em|it|bf)\b", "", text)
    return _words_of(Text.from_latex(text).render(Backend()).replace("\\$", "$"))


def _words_of(text: str) -> str:
    return " ".join(text.translate(_NO_BRACES).split())


_NO_BRACES = str.maketrans("", "", "{}")


def by_pybtex(text: str, style: str) -> Texts:
    """What pybtex prints of each entry, as sphinxcontrib-bibtex does with its default style."""
    data = parse_string(text, "bibtex")
    entries = find_plugin("pybtex.style.formatting", style)().format_entries(
        list(data.entries.values()), data
    )
    return {each.key: each.text.render(Backend()) for each in entries}


def by_biber(text: str, folder: Path, *more: str) -> tuple[Texts, str]:
    """What biber makes of each entry of BibLaTeX, spelled out, and what it says about the file."""
    require_tool("biber", shutil.which("biber"))
    (folder / "records.bib").write_text(text, "utf-8")
    options = ("--tool", "--nolog", "--output-format=biblatexml", "--output-file=records.xml")
    done = subprocess.run(
        ["biber", *options, *more, "records.bib"], cwd=folder, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    entries = etree.parse(folder / "records.xml").getroot().iterfind("{*}entry")
    return {each.get("id"): _spelled_entry(each) for each in entries}, done.stdout + done.stderr


def _spelled_entry(entry: Any) -> str:
    """An entry of BibLaTeXML as text, a person inverted."""
    makers = [entry.find(f"{{*}}names[@type='{role}']") for role in ("author", "editor")]
    names = map(_spelled_name, next((each for each in makers if each is not None), ()))
    fields = [_words(each) for tag in ("title", "type", "institution", "note", "url")
              for each in entry.iterfind(f"{{*}}{tag}")]  # fmt: skip
    date = entry.find("{*}date")
    when = "" if date is None else "/".join(_words(end) for end in date) or _words(date)
    return ". ".join(["; ".join(names), *fields, when])


def _spelled_name(name: Any) -> str:
    parts = {part.get("type"): _words(part) for part in name.iterfind("{*}namepart")}
    family = " ".join(parts[part] for part in ("prefix", "family") if part in parts)
    return ", ".join(
        filter(None, (family or _words(name), parts.get("given"), parts.get("suffix")))
    )


def _words(element: Any) -> str:
    return _words_of(" ".join(element.itertext()))
