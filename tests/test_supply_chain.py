"""What the archive is built with is known, pinned and licensed, and nobody else may change it."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import tomllib
from collections import defaultdict

import pytest
import sphinx
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version
from sphinx.errors import ExtensionError

import archive
from tests.conftest import ROOT

LISTS = ("build", "import", "math", "mcp", "serve", "test", "release")
PYTHON = platform.python_version()
PYTHONS = ("3.11.7", "3.12.1", "3.13.0", "3.14.0")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def locked(name):
    """Each line of a locked list: a requirement and its hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            words, *hashes = line.split("--hash=")
            yield Requirement(words.strip()), hashes


def requirements(name, python=PYTHON):
    """Each package of a locked list that a Python of this machine would install."""
    versions = {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    return {
        canonicalize_name(requirement.name): requirement
        for requirement, _hashes in locked(name)
        if requirement.marker is None or requirement.marker.evaluate(versions)
    }


def pinned(requirement):
    """The one version that a requirement allows."""
    (specifier,) = requirement.specifier
    return Version(specifier.version)


@pytest.mark.parametrize("name", LISTS)
def test_every_part_is_pinned_and_hashed(name):
    for requirement, hashes in locked(name):
        assert str(requirement.specifier).startswith("=="), requirement
        assert hashes, requirement
        assert all(each.startswith("sha256:") for each in hashes)
        assert requirement.url is None


def test_the_licence_of_every_part_is_listed():
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs" / "LICENSES.md").read_text("utf-8").splitlines()
        if line.startswith("|") and "---" not in line
    ]
    listed = defaultdict(list)  # two lists may have a part in two versions
    for row in rows:
        listed[canonicalize_name(row[0])].append(row)
    for name in LISTS:
        versions = defaultdict(set)  # the list is written with one Python, and holds for all
        for requirement, _hashes in locked(name):
            versions[canonicalize_name(requirement.name)].add(pinned(requirement))
        for part in requirements(name):
            row = next((row for row in listed[part] if Version(row[1]) in versions[part]), None)
            assert row is not None, "run make lock"
            assert row[2] not in {"", "UNKNOWN"}, row


def test_what_is_installed_is_what_is_locked():
    for part, requirement in requirements("build").items():
        assert Version(importlib.metadata.version(part)) == pinned(requirement)


def sphinx_range():
    """The versions of Sphinx that the package can be installed with."""
    named = map(Requirement, PROJECT["dependencies"])
    return next(each.specifier for each in named if each.name == "sphinx")


@pytest.mark.parametrize("name", ["build", "import", "mcp", "test"])
@pytest.mark.parametrize("python", PYTHONS)
def test_each_python_gets_one_sphinx_of_the_range(name, python):
    assert python in SpecifierSet(PROJECT["requires-python"])
    found = requirements(name, python)["sphinx"]
    assert pinned(found) in sphinx_range()
    assert found == requirements("build", python)["sphinx"]
    newest = max(pinned(each) for each, _hashes in locked("build") if each.name == "sphinx")
    assert pinned(found) == newest or python < "3.13"


def test_an_older_sphinx_is_refused_by_name(monkeypatch):
    assert ".".join(map(str, archive.OLDEST_SPHINX)) in sphinx_range()
    major, minor, patch = archive.OLDEST_SPHINX
    assert f"{major}.{minor}.{patch - 1}" not in sphinx_range()
    monkeypatch.setattr(sphinx, "version_info", (8, 2, 3, "final", 0))
    monkeypatch.setattr(sphinx, "__version__", "8.2.3")
    with pytest.raises(ExtensionError) as refused:
        archive.setup(None)
    assert "needs Sphinx 9.0.4 or newer, and this is Sphinx 8.2.3" in str(refused.value)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_pin_each_action_by_commit_and_ask_for_no_more_than_they_need(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        written = {key for key, value in job["permissions"].items() if value == "write"}
        assert written <= ({"pages", "id-token"} if name == "deploy" else set())
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"]), step
            assert "${{" not in step.get("run", ""), "a value goes in by the environment"


def test_the_bill_of_materials_names_every_part():
    """A release has one, and the tool that wrote it has held it against CycloneDX's schema."""
    path = ROOT / "_build" / "release" / "sbom.cdx.json"
    if not path.exists():
        pytest.skip("there is no bill of materials: python -m tools.sbom")
    bill = json.loads(path.read_text("utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "anchored-archive"
    named = {
        canonicalize_name(part["name"]): Version(part["version"]) for part in bill["components"]
    }
    installed = requirements("build")
    installed |= {
        part: requirement
        for list_ in ("cjk", "math", "scripts", "sorting")  # installed where a text needs them
        for part, requirement in requirements(list_).items() if part in named
    }  # fmt: skip
    assert named == {part: pinned(requirement) for part, requirement in installed.items()}
    assert str(ROOT) not in path.read_text("utf-8")
