"""What the tests share: small archives under tests/roots, and one build of the real archive."""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, settings
from playwright.sync_api import Playwright, sync_playwright
from sphinx.util.inventory import InventoryFile

from archive.preservation.sealing import seal

collect_ignore = ["roots"]

# A slow machine is no broken promise: no example has a deadline.
settings.register_profile("archive", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("archive")

ROOT = Path(__file__).parent.parent
SOURCES = (
    "conf.py",
    "index.md",
    "*.md",
    "references.bib",
    "ledger.jsonl",
    "documents",
    "archive",
    "_templates",
)


Made = TypeVar("Made")

# Java that starts at once: the validators run too short for its compiler to pay.
QUICK_JAVA = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


@dataclass(frozen=True)
class Built:
    """A finished build: its folder, what it said, how it ended."""

    source: Path
    site: Path
    output: str
    code: int

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.site / name).read_text("utf-8"), "lxml")

    def inventory(self) -> dict[str, tuple[str, str]]:
        """Each label of objects.inv with its address and its spoken name."""
        inventory = InventoryFile.loads((self.site / "objects.inv").read_bytes(), uri="")
        return {
            name: (item.uri, item.display_name)
            for name, item in inventory.data["std:label"].items()
        }


def build(source: Path, *options: str, builder: str = "html", **environment: str) -> Built:
    """Build an archive as make does, in a process of its own, below its own folder."""
    site = source / "_build" / "html"
    command = [
        sys.executable, "-m", "sphinx", "-W", "--keep-going", "--no-color",
        "-d", str(source / "_build" / "doctrees"), "-b", builder, *options, str(source), str(site),
    ]  # fmt: skip
    fixed = {"PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1767225600"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=source,
        env={**os.environ, **fixed, **environment},
    )  # fmt: skip
    return Built(source, site, done.stdout + done.stderr, done.returncode)


def index_search(source: Path) -> str:
    """Index a built archive for its search page, as make does; return what was said."""
    command = [
        sys.executable, "-m", "archive", "search-index",
        "--shelf", "_build/doctrees/searched", "--index", "_build/html/pagefind",
    ]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=source,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def copy_archive(target: Path) -> Path:
    """Copy the real archive's source, without what is built."""
    target.mkdir(parents=True, exist_ok=True)
    for pattern in SOURCES:
        for path in ROOT.glob(pattern):
            if path.is_dir():
                shutil.copytree(
                    path, target / path.name, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                shutil.copy(path, target / path.name)
    return target


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Made]) -> Made:
    """What ``make`` makes in a folder of that name, made once for all processes of the tests."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once-{name}"
    folder.mkdir(exist_ok=True)
    done = folder / "made.pickle"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            done.write_bytes(pickle.dumps(make(folder / "archive")))
    made: Made = pickle.loads(done.read_bytes())
    return made


@pytest.fixture(scope="session")
def archive_site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The real archive, built once: pages, PDFs and search.  Tests only read it."""

    def make(folder: Path) -> Built:
        source = copy_archive(folder)
        pages = build(source)
        assert pages.code == 0, pages.output
        prints = build(source, builder="pdf")
        assert prints.code == 0, prints.output
        index_search(source)
        return Built(source, pages.site, pages.output + prints.output, 0)

    return once(tmp_path_factory, "archive", make)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of browsers in this process: it can run only once."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def archive_copy(tmp_path: Path) -> Path:
    """A copy of the real archive's source to change and build."""
    return copy_archive(tmp_path / "archive")


@pytest.fixture
def small_archive(tmp_path: Path) -> Callable[[str], Path]:
    """Copy a root of tests/roots to a folder of its own."""

    def copy(name: str) -> Path:
        return shutil.copytree(ROOT / "tests" / "roots" / f"test-{name}", tmp_path / name)

    return copy


def require_tool(tool: str, found: object) -> None:
    """Skip where a tool is missing; under CI that is a failure."""
    if not found:
        message = f"{tool} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@pytest.fixture(scope="session")
def sealed_site(archive_site: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real archive as it is published, with its manifest; nginx's settings lie beside it."""
    site = tmp_path_factory.mktemp("sealed") / "html"
    shutil.copytree(archive_site.site, site)
    seal(site, site.parent / "hosting", site.parent / ".hashes", "/")
    return site


@pytest.fixture(scope="session")
def moved_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small archive, sealed, whose document alpha was published and then renamed to omega."""
    return once(tmp_path_factory, "moved", _moved)


def _moved(source: Path) -> Path:
    shutil.copytree(ROOT / "tests" / "roots" / "test-small", source)
    _publish(source)
    alpha, omega = (source / "documents" / name for name in ("alpha.md", "omega.md"))
    text = alpha.read_text("utf-8").replace("id: alpha", "id: omega")
    for name in ("s1", "p1", "p2", "n1"):
        text = text.replace(f"(alpha-{name})=", f"(alpha-{name})=\n(omega-{name})=")
    omega.write_text(text.replace("{#alpha-p3}", "(alpha-p3)=\n(omega-p3)="), "utf-8")
    alpha.unlink()
    _publish(source)
    done = build(source)
    assert done.code == 0, done.output
    seal(done.site, source / "_build" / "hosting", source / "_build" / ".hashes", "/")
    return done.site


def _publish(source: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "archive", "publish"], cwd=source, text=True, capture_output=True,
        check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
