"""Which outputs have to be made anew, once all pages are read, and the account of those made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from archive.site.know.account import FILE, Account
from archive.site.know.domain import archive_domain
from archive.site.know.view import View, view_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

INVENTORY = "objects.inv"


def account_of(env: BuildEnvironment) -> Account:
    """The account of the outputs below the folder of the node trees."""
    domain = archive_domain(env)
    if domain.account is None:
        domain.account = Account(Path(env.doctreedir, FILE))
    return domain.account


def begin_view(app: Sphinx, env: BuildEnvironment) -> None:
    """Look at all facts anew: what an earlier build in this process saw is past."""
    archive_domain(env).view = View(env)


def stale_documents(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages that would show something else than when they were last written."""
    if app.builder.name != "html":
        return []
    view, account = view_of(env), account_of(env)
    return [name for name in sorted(env.found_docs) if not account.is_current(file_of(name), view)]


def file_of(docname: str) -> str:
    """The file of a page, below the site."""
    return f"{docname}.html"


def note_frame(view: View) -> None:
    """Note what every page shows: its settings, the sidebar, whether its words are indexed."""
    for kind in ("settings", "frame", "words"):
        view.note(kind)


def write_output(app: Sphinx, name: str, render: Callable[[View], str]) -> None:
    """Write a file of the site, unless it stands and shows what it would show now."""
    view, account = view_of(app.env), account_of(app.env)
    path = Path(app.outdir, name)
    if account.is_current(name, view) and path.exists():
        return
    with view.noting() as shown:
        view.note("settings")
        text = render(view)
    write_if_changed(path, text)
    account.enter(name, shown, view)


def write_if_changed(path: Path, text: str) -> None:
    """Write a file in UTF-8 unless it says so already, so that its time tells of changes."""
    data = text.encode("utf-8")
    try:
        if path.read_bytes() == data:
            return
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def inventory_is_current(env: BuildEnvironment) -> bool:
    """Whether the inventory lists what it would list now; it is taken for written otherwise."""
    view, account = view_of(env), account_of(env)
    if account.is_current(INVENTORY, view):
        return True
    account.enter(INVENTORY, {("inventory", "")}, view)
    return False


def keep_account(app: Sphinx, exception: Exception | None) -> None:
    """Write the account at the end of a build of pages, without outputs that are no more."""
    if exception is None and app.builder.name == "html":
        account_of(app.env).save()
