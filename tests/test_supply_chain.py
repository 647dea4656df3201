"""What the archive is built with is known, pinned and licensed, and nobody else may change it."""

from __future__ import annotations

import importlib.metadata
import json
import re

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.conftest import ROOT

LISTS = (
    "requirements.txt",
    "requirements-import.txt",
    "requirements-math.txt",
    "requirements-serve.txt",
    "requirements-test.txt",
    "requirements-release.txt",
)
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def requirements(name):
    """Each package of a locked list that this machine would install, with its hashes."""
    found = {}
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            words, *hashes = line.split("--hash=")
            requirement = Requirement(words.strip())
            if requirement.marker is None or requirement.marker.evaluate():
                found[canonicalize_name(requirement.name)] = (requirement, hashes)
    return found


def pinned(requirement):
    """The one version that a requirement allows."""
    (specifier,) = requirement.specifier
    return Version(specifier.version)


@pytest.mark.parametrize("name", LISTS)
def test_every_part_is_pinned_and_hashed(name):
    for requirement, hashes in requirements(name).values():
        assert str(requirement.specifier).startswith("=="), requirement
        assert hashes, requirement
        assert all(each.startswith("sha256:") for each in hashes)
        assert requirement.url is None


def test_the_licence_of_every_part_is_listed():
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "LICENSES.md").read_text("utf-8").splitlines()
        if line.startswith("|") and "---" not in line
    ]
    listed = {canonicalize_name(row[0]): row for row in rows}
    for name in LISTS:
        for part, (requirement, _) in requirements(name).items():
            row = listed[part]
            assert Version(row[1]) == pinned(requirement), "run make licenses"
            assert row[2] not in {"", "UNKNOWN"}, row


def test_what_is_installed_is_what_is_locked():
    for part, (requirement, _) in requirements("requirements.txt").items():
        assert Version(importlib.metadata.version(part)) == pinned(requirement)


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
    """Make sbom has made it, and its tool has held it against CycloneDX's schema."""
    path = ROOT / "_build" / "release" / "sbom.cdx.json"
    if not path.exists():
        pytest.skip("there is no bill of materials: make sbom")
    bill = json.loads(path.read_text("utf-8"))
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "anchored-archive"
    named = {
        canonicalize_name(part["name"]): Version(part["version"]) for part in bill["components"]
    }
    locked = requirements("requirements.txt")
    assert named == {part: pinned(requirement) for part, (requirement, _) in locked.items()}
    assert str(ROOT) not in path.read_text("utf-8")
