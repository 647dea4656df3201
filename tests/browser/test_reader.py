"""The ten tasks of a reader, done in three engines, with the actions counted.

The suite has Chromium alone; ``make prove WHAT=reader`` has Firefox and WebKit, too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.browser.conftest import Served
from tests.browser.engines import Chromium, Engine, Reader, firefox, webkit
from tests.browser.pages import DOCUMENT, OTHER, STEM, W3
from tests.conftest import Built

BASE = "https://isles.example"
SEARCH = ".sidebar-search"
_LINK = f'a.to-cite[href$="#{W3}"]'
_PANEL = f"{_LINK} + .passage-panel"


_LINE = """const { textDecorationLine: line, textDecorationStyle: style } =
    getComputedStyle(document.querySelector('article %s')); return `${line} ${style}`"""


class Task:
    """A reader in an archive: its address, its folder, and where it is served without script."""

    def __init__(self, reader: Reader, address: str, scriptless: str, site: Path) -> None:
        self.reader, self.address, self.scriptless, self.site = reader, address, scriptless, site


def find_a_clause(task: Task) -> None:
    """A citation in hand, typed into the box of any page, leads to its passage."""
    task.reader.go(f"{task.address}/index.html")
    task.reader.write(SEARCH, "Seed resolution, whereas 3")
    task.reader.press("#search-answer a")
    assert task.reader.see("document.querySelector(':target')?.id") == W3


def find_every_place_of_a_phrase(task: Task) -> None:
    task.reader.go(f"{task.address}/index.html")
    task.reader.write(SEARCH, '"grave threat"')
    task.reader.see("document.querySelectorAll('#search-found li a').length > 3")
    said = task.reader.text("#search-status")
    assert said == "2 passages and 2 editor’s notes in 2 documents."


def learn_whether_it_was_adopted(task: Task) -> None:
    """What became of a document stands above it, where nothing has to be opened."""
    task.reader.go(f"{task.address}/{DOCUMENT}")
    assert "Outcome not established" in task.reader.text(".record summary")


def copy_a_citation(task: Task) -> None:
    task.reader.go(f"{task.address}/{DOCUMENT}")
    task.reader.press(_LINK)
    task.reader.press(f"{_PANEL} [data-style=chicago] button")
    assert task.reader.text(".copy-status") == "Copied: Chicago note"


def reach_a_passage_in_the_pdf(task: Task) -> None:
    task.reader.go(f"{task.address}/{DOCUMENT}")
    task.reader.press(_LINK)
    task.reader.see(f"document.querySelector('{_PANEL} a[href*=nameddest]')")
    leads = task.reader.run(f"return document.querySelector('{_PANEL} a[href*=nameddest]').href")
    address, _, name = leads.partition("#nameddest=")
    with pikepdf.open(task.site / address.removeprefix(f"{task.address}/")) as pdf:
        assert name in {str(key) for key in pikepdf.NameTree(pdf.Root.Names.Dests)}


def check_a_wording(task: Task) -> None:
    """What the ledger tells: when the wording was published, and its fingerprint."""
    task.reader.go(f"{task.address}/{DOCUMENT}")
    task.reader.press(_LINK)
    task.reader.press(f"{_PANEL} summary")
    assert len(task.reader.text(f"{_PANEL} .fingerprint").removesuffix("Copy").strip()) == 64
    assert "Published with ledger line" in task.reader.text(f"{_PANEL} .proof")


def see_what_both_documents_cite(task: Task) -> None:
    task.reader.go(f"{task.address}/map.html")
    said = task.reader.text(".cited-by-several")
    assert said == "No work is cited by more than one document."


def share_on_a_phone(task: Task) -> None:
    task.reader.go(f"{task.address}/{DOCUMENT}")
    task.reader.run("navigator.share = async (what) => { document.title = what.url }; return 1")
    task.reader.press(_LINK)
    task.reader.press(f"{_PANEL} [aria-label='Share permalink']")
    assert task.reader.see("document.title.includes('#') && document.title") == (
        f"{BASE}/{DOCUMENT}#{W3}"
    )


def read_from_a_disk(task: Task) -> None:
    task.reader.go(f"{(task.site / OTHER).as_uri()}#keepers-seed-statement-p3")
    assert task.reader.see("document.querySelector(':target')?.id") == "keepers-seed-statement-p3"
    place = "getComputedStyle(document.querySelector('.passage-label')).position"
    assert task.reader.see(place) == "absolute"


def read_without_script(task: Task) -> None:
    task.reader.go(f"{task.scriptless}/{DOCUMENT}")
    assert task.reader.run("return document.querySelector('[aria-expanded]') === null")
    task.reader.press(_LINK)
    heading = f"document.getElementById('{W3}')?.matches('.citing') && location.pathname"
    assert task.reader.see(heading) == f"/documents/{STEM}.made.html"


# Each task, and how many actions it takes at most: a press, or words with Enter.
TASKS: tuple[tuple[Callable[[Task], None], int], ...] = (
    (find_a_clause, 2), (find_every_place_of_a_phrase, 1), (learn_whether_it_was_adopted, 0),
    (copy_a_citation, 2), (reach_a_passage_in_the_pdf, 1), (check_a_wording, 2),
    (see_what_both_documents_cite, 0), (share_on_a_phone, 2), (read_from_a_disk, 0),
    (read_without_script, 1),
)  # fmt: skip


@contextmanager
def chromium(request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = Chromium(request.getfixturevalue("browser"))
    yield engine
    engine.page.context.close()


@pytest.mark.parametrize("name", ["chromium", "firefox", "webkit"])
def test_a_reader_does_ten_tasks_in_as_many_actions_as_they_take(
    name: str, request: pytest.FixtureRequest, archive_site: Built, address: str, serve: Served
) -> None:
    if name != "chromium" and not os.environ.get("ARCHIVE_LONG"):
        pytest.skip(f"{name} is asked for by: make prove WHAT=reader")
    engines: dict[str, Callable[[], Any]] = {
        "chromium": partial(chromium, request), "firefox": firefox, "webkit": webkit,
    }  # fmt: skip
    scriptless = serve(archive_site.site, policy="script-src 'none'")
    taken = {}
    with engines[name]() as engine:
        for task, _most in TASKS:
            reader = Reader(engine)
            task(Task(reader, address, scriptless, archive_site.site))
            taken[task.__name__] = reader.actions
        reader = Reader(engine)
        reader.go(f"{address}/{DOCUMENT}")
        lines = {each: reader.run(_LINE % each) for each in (_LINK, "a.term")}
    assert taken == {task.__name__: most for task, most in TASKS}
    assert set(lines.values()) == {"underline dotted"}
