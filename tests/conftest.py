"""What all tests share: small archives under tests/roots, and one build of the synthetic one.

The tests of the engine run on archives of their own.  Only ``tests/holdings`` reads the
documents of this repository.
"""

from __future__ import annotations

import fcntl
import gc
import importlib.util
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, settings
from sphinx.util.inventory import InventoryFile

from archive.model.ledger import Ledger, load
from archive.model.passage import Anchor
from archive.model.settings import Settings
from archive.preservation.sealing import seal
from archive.site.show.pages import own_scripts
from tests import citing, forks

if TYPE_CHECKING:
    from bs4 import Tag
    from playwright.sync_api import Browser, Playwright

collect_ignore = ["roots"]

# What Python and pytest compile is kept for the next process: else each of hundreds compiles it.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors: for a third of its time a test only waits."""
    return (os.cpu_count() or 1) + 1


# What takes longest, by itself or for what it builds, comes first: at the end one worker would do
# it while the others wait.
LONGEST = ("tests/volumes/", "tests/holdings/", "tests/browser/test_acc", "tests/attack/test_f")


def pytest_configure(config: pytest.Config) -> None:
    """Have all builds share their compiled templates: to compile them is a third of a small one."""
    gc.disable()  # until all tests are collected: they stay
    if "ARCHIVE_COMPILED" not in os.environ:  # as it is in a worker
        if _has_room(MEMORY):
            os.environ["TMPDIR"], tempfile.tempdir = str(MEMORY), None
        folder = tempfile.mkdtemp(prefix="templates-")
        os.environ["ARCHIVE_COMPILED"] = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


# Where there is such a folder, hundreds of archives are built in it without waiting for a disk.
MEMORY = Path("/dev/shm")
ROOM = 6 << 30  # bytes


def _has_room(folder: Path) -> bool:
    """Whether the tests can use a folder of memory for their files, and run programs from it."""
    if "TMPDIR" in os.environ or not os.access(folder, os.W_OK):
        return False
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize > ROOM and not status.f_flag & os.ST_NOEXEC


def pytest_collection_finish() -> None:
    """Keep the garbage collector from going through all that was collected, again and again."""
    gc.freeze()
    gc.set_threshold(100_000)  # as in a build
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


# A slow machine is no broken promise: no example has a deadline.
settings.register_profile("archive", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("archive")

ROOT = Path(__file__).parent.parent
ROOTS = ROOT / "tests" / "roots"
SOURCES = ROOTS / "sources"  # what the documents of test-archive render, as <document id>.txt

Made = TypeVar("Made")

# Variables that a process reads only as it starts, so that a fork would not follow them.
AT_THE_START = {"LC_ALL", "PYTHONHASHSEED", "PYTHONPATH", "TZ"}

# Java that starts at once: the validators run too short for its compiler to pay.
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@dataclass(frozen=True)
class Built:
    """A finished build: its folder, what it said, how it ended."""

    source: Path
    site: Path
    output: str
    code: int

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.site / name).read_text("utf-8"), "lxml")

    def citing(self, key: str) -> Tag:
        """How a document or passage is cited: its section of the companion page."""
        return citing.section(self.page(citing.companion(key)), key)

    def pages(self) -> Iterator[tuple[str, BeautifulSoup]]:
        """Each page of the site, by its path from the top."""
        for path in sorted(self.site.rglob("*.html")):
            name = path.relative_to(self.site).as_posix()
            yield name, self.page(name)

    def inventory(self) -> dict[str, tuple[str, str]]:
        """Each label of objects.inv with its address and its spoken name."""
        inventory = InventoryFile.loads((self.site / "objects.inv").read_bytes(), uri="")
        return {
            name: (item.uri, item.display_name)
            for name, item in inventory.data["std:label"].items()
        }


# --- Commands, each in a process of its own


def environment(**more: str) -> dict[str, str]:
    """What a command of the engine runs in: this checkout's engine, and a fixed date."""
    return {
        **os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1767225600", **more
    }  # fmt: skip


def build(source: Path, *options: str, builder: str = "html", **more: str) -> Built:
    """Build an archive as make does, below its own folder."""
    site = source / "_build" / "html"
    words = [
        "sphinx", "-W", "--keep-going", "--no-color",
        "-d", str(source / "_build" / "doctrees"), "-b", builder, *options, str(source), str(site),
    ]  # fmt: skip
    done = run_module(source, *words, **more)
    return Built(source, site, done.stdout + done.stderr, done.returncode)


def built(source: Path, *options: str, builder: str = "html", **more: str) -> Built:
    """Build an archive; that must succeed."""
    done = build(source, *options, builder=builder, **more)
    assert done.code == 0, done.output
    return done


def cold(source: Path, fresh: Path, *options: str, **more: str) -> Built:
    """What a build from nothing gives, in another folder; it must succeed."""
    shutil.copytree(source, fresh, ignore=shutil.ignore_patterns("_build"))
    return built(fresh, *options, **more)


def command(source: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m archive`` in an archive."""
    return run_module(source, "archive", *words, **more)


def run_module(source: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m`` with these words in an archive."""
    if AT_THE_START & more.keys():
        return subprocess.run(
            [sys.executable, "-m", *words], cwd=source, text=True, capture_output=True,
            check=False, env=environment(**more),
        )  # fmt: skip
    return forks.run([*words], source, environment(**more))


def publish(source: Path, *words: str) -> str:
    """Publish what is new; return what was said."""
    done = command(source, "publish", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def index_search(source: Path) -> str:
    """Index a built archive for its search page, as make does; return what was said."""
    folders = {
        "--shelf": "doctrees/search-entries", "--index": "html/pagefind",
        "--texts": "html/search-index",
    }  # fmt: skip
    words = [word for name, folder in folders.items() for word in (name, f"_build/{folder}")]
    done = command(source, "search-index", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def pdftotext(path: Path, *options: str) -> str:
    """What a PDF says, by Poppler."""
    require_tool("pdftotext", shutil.which("pdftotext"))
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", *options, str(path), "-"], capture_output=True, check=True
    )
    return done.stdout.decode("utf-8")


def git(folder: Path, *words: str) -> str:
    """Run git as somebody; return what it said."""
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    return subprocess.run(
        ["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


# --- Files


def edit(source: Path, name: str, *changes: tuple[str, str]) -> None:
    """Change words of a file, each of which has to be there, once."""
    path = source / name
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its name."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def ledger_of(source: Path) -> Ledger:
    """What the ledger of an archive says of each anchor; it must be sound."""
    ledger, problems = load((source / "ledger.jsonl").read_bytes(), "ledger.jsonl")
    assert problems == []
    return ledger


def unanswered(source: Path, site: Path) -> list[str]:
    """The published anchors that do not answer at their own address, without script."""

    @cache
    def ids(document: str) -> set[str]:
        page = site / "documents" / f"{document}.html"
        if not page.is_file():
            return set()
        soup = BeautifulSoup(page.read_text("utf-8"), "lxml")
        return {element["id"] for element in soup.find_all(id=True)}

    return [each for each in ledger_of(source) if each not in ids(Anchor.parse(each).document)]


def copy_root(name: str, target: Path) -> Path:
    """Copy an archive of tests/roots."""
    return Path(shutil.copytree(ROOTS / f"test-{name}", target))


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Made]) -> Made:
    """What ``make`` makes in a folder of that name, made once for all processes of the tests."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once-{name}"
    folder.mkdir(exist_ok=True)
    done = folder / "made.pickle"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            # One that failed or was skipped half-way says so again, and no file is in its way.
            shutil.rmtree(folder / "archive", ignore_errors=True)
            done.write_bytes(pickle.dumps(make(folder / "archive")))
    made: Made = pickle.loads(done.read_bytes())
    return made


def require_tool(tool: str, found: object) -> None:
    """Skip where a tool is missing; under CI that is a failure."""
    if not found:
        message = f"{tool} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


# --- Archives


def whole(source: Path) -> Built:
    """Build an archive as make does: pages, PDFs, EPUB and search."""
    done = command(source, "build")
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(source, source / "_build" / "html", done.stdout + done.stderr, 0)


@pytest.fixture(scope="session")
def archive_site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The synthetic archive, built once, with all outputs.  Tests only read it."""
    return once(tmp_path_factory, "archive", lambda folder: whole(copy_root("archive", folder)))


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The archive of ``test-small``, its pages built once.  Tests only read it."""
    return once(tmp_path_factory, "small", lambda folder: built(copy_root("small", folder)))


@pytest.fixture(scope="session")
def field_site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A document of each kind, and the examples of WRITING.md, with all outputs.  Only read."""
    from tests.field import field

    return once(tmp_path_factory, "field", field)


@pytest.fixture(scope="session")
def versions_site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One text in six languages, published, with its pages and search.  Tests only read it."""

    def make(source: Path) -> Built:
        publish(copy_root("versions", source))
        pages = built(source)
        index_search(source)
        return pages

    return once(tmp_path_factory, "versions", make)


@pytest.fixture(scope="session")
def arabic_site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """An archive in Arabic with one letter in English, published, with its search.  Only read."""

    def make(source: Path) -> Built:
        publish(copy_root("arabic", source))
        pages = built(source)
        index_search(source)
        return pages

    return once(tmp_path_factory, "arabic", make)


@pytest.fixture
def archive_copy(tmp_path: Path) -> Path:
    """A copy of the synthetic archive's source to change and build."""
    return copy_root("archive", tmp_path / "archive")


@pytest.fixture
def small_archive(tmp_path: Path) -> Callable[[str], Path]:
    """Copy a root of tests/roots to a folder of its own."""
    return lambda name: copy_root(name, tmp_path / name)


@pytest.fixture
def published(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    """A copy of the archive of ``test-small`` with its anchors published."""

    def make(folder: Path) -> Path:
        publish(copy_root("small", folder))
        return folder

    made = once(tmp_path_factory, "published-small", make)
    return Path(shutil.copytree(made, tmp_path / "small"))


@pytest.fixture(scope="session")
def sealed_site(archive_site: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic archive as it is published, with its manifest; nginx's settings beside it."""

    def make(folder: Path) -> Path:
        return sealed(shutil.copytree(archive_site.site, folder / "html"))

    return once(tmp_path_factory, "sealed", make)


def sealed(site: Path) -> Path:
    """Write a site's manifest, and the settings of hosts beside it."""
    hosting, cache = site.parent / "hosting", site.parent / ".hashes"
    seal(site, hosting, cache, own_scripts(), settings_of(site))
    return site


def settings_of(site: Path) -> Settings:
    """The settings that the documents of a site are sealed with."""
    proof = json.loads(next(site.glob("documents/*.proof.json")).read_text("utf-8"))
    return Settings.of(proof["sealed"]["archive"])


@pytest.fixture(scope="session")
def moved_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small archive, sealed, whose document alpha was published and then renamed to omega."""

    def make(source: Path) -> Path:
        publish(copy_root("small", source))
        rename_alpha(source)
        publish(source)
        return sealed(built(source).site)

    return once(tmp_path_factory, "moved", make)


def rename_alpha(source: Path) -> None:
    """Rename document alpha of test-small to omega, with every former anchor kept."""
    alpha, omega = (source / "documents" / name for name in ("alpha.md", "omega.md"))
    text = alpha.read_text("utf-8").replace("id: alpha", "id: omega")
    for name in ("s1", "p1", "p2", "n1"):
        text = text.replace(f"(alpha-{name})=", f"(alpha-{name})=\n(omega-{name})=")
    omega.write_text(text.replace("{#alpha-p3}", "(alpha-p3)=\n(omega-p3)="), "utf-8")
    alpha.unlink()


# --- Browsers


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of browsers in this process: it can run only once."""
    require_tool("playwright", importlib.util.find_spec("playwright"))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        yield driver


QUIET_BROWSER = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium without a window."""
    browser = chromium(playwright)
    yield browser
    browser.close()


def chromium(playwright: Playwright, *arguments: str, **options: object) -> Browser:
    """Start Chromium."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    require_tool("Chromium", found)
    arguments = (*QUIET_BROWSER, *arguments)
    return playwright.chromium.launch(executable_path=found, args=arguments, **options)
