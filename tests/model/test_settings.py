"""What an archive is called, licensed and made of is set in its conf.py, and checked there."""

import pytest

from archive.commands.workspace import read_settings
from archive.model.agents import ROLES
from archive.model.kinds import KINDS, Kind
from archive.model.passage import Anchor
from archive.model.settings import Licence, Settings
from tests.settings import CONF, SETTINGS, VALUES


def test_a_name_and_an_address_are_enough():
    settings = Settings.of({"project": "Harbour Archive", "html_baseurl": "https://a.example/"})
    assert settings.short_name == "harbour-archive"
    assert settings.publisher == "Harbour Archive"
    assert settings.credit == "rewritten by the Harbour Archive"
    assert settings.licence == Licence("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
    assert set(settings.letters) == set("fginpstx")


def test_letters_are_added_to_those_of_the_engine_and_may_word_them_otherwise():
    settings = Settings.of({**VALUES, "archive_letters": {"c": "clause", "p": "verse"}})
    assert settings.spoken(Anchor.parse("psalms-p3"), "Psalms") == "Psalms, verse 3"
    assert settings.spoken(Anchor.parse("lease-c3"), "Lease") == "Lease, clause 3"
    assert settings.spoken(Anchor.parse("lease-s1"), "Lease") == "Lease, section 1"


def test_a_word_has_its_letter_or_that_of_paragraphs():
    assert SETTINGS.letter("whereas") == "w"
    assert SETTINGS.letter("clause") == "p"


@pytest.mark.parametrize(("name", "value"), [
    ("archive_short_name", "Harbour Archive"),
    ("archive_licence", "CC BY 4.0"),
    ("archive_kinds", []),
    ("archive_kinds", "letter"),
    ("archive_kinds", ["letter", ""]),
    ("archive_kinds", {}),
    ("archive_kinds", {"letter": "csl"}),
    ("archive_kinds", {"letter": {"cls": "graphic"}}),
    ("archive_kinds", {"letter": {"csl": ""}}),
    ("archive_kinds", {"letter": {"must": "court"}}),
    ("archive_kinds", {"letter": {"cited": "court"}}),
    ("archive_kinds", {"letter": {"cited": ["postman"]}}),
    ("archive_letters", {"W": "whereas"}),
    ("archive_letters", {"wh": "whereas"}),
    ("archive_letters", {"w": ""}),
    ("archive_letters", ["w"]),
])  # fmt: skip
def test_a_setting_of_another_form_is_named(name, value):
    with pytest.raises(ValueError, match=f"^{name}: "):
        Settings.of({**VALUES, name: value})


def test_a_name_without_latin_letters_needs_a_short_one():
    with pytest.raises(ValueError, match=r"^archive_short_name: "):
        Settings.of({**VALUES, "project": "Архив"})
    settings = Settings.of({**VALUES, "project": "Архив", "archive_short_name": "arkhiv"})
    assert (settings.name, settings.short_name) == ("Архив", "arkhiv")


def test_commands_read_the_settings_as_sphinx_does(tmp_path):
    (tmp_path / "conf.py").write_text(CONF, "utf-8")
    assert read_settings(tmp_path) == SETTINGS


@pytest.mark.parametrize("conf", ["project =", "import nothing_of_that_name", "1 / 0"])
def test_a_conf_that_cannot_be_run_is_told(conf, tmp_path):
    (tmp_path / "conf.py").write_text(conf, "utf-8")
    with pytest.raises(ValueError, match=r"^conf\.py: "):
        read_settings(tmp_path)


def test_without_a_conf_there_is_no_archive(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no archive here"):
        read_settings(tmp_path)


def test_kinds_are_those_of_the_field_or_a_list_or_what_differs():
    assert Settings.of(VALUES).kinds == KINDS
    few = Settings.of({**VALUES, "archive_kinds": ("ruling", "poster")}).kinds
    assert few == {"ruling": KINDS["ruling"], "poster": Kind("poster")}
    own = {"letter": {}, "open letter": {"label": "Public letter", "must": ["signatory"]}}
    kinds = Settings.of({**VALUES, "archive_kinds": own}).kinds
    assert kinds["letter"] == KINDS["letter"]
    assert (kinds["open letter"].label, kinds["open letter"].csl) == ("Public letter", "document")
    assert kinds["open letter"].lacking(["agents"]) == ("signatory",)
    own = {"poster": {"cited": ["editor"]}}
    settings = Settings.of({**VALUES, "archive_kinds": own})
    assert settings.kinds["poster"].cites(["editor", "speaker"])
    assert not settings.kinds["poster"].cites(["author"])
    assert Settings.of(settings.values) == settings
    assert str(kinds["open letter"]) == "open letter"
    assert Kind("old map").label == "Old map"


def test_the_types_of_kinds_are_those_of_their_vocabularies():
    """CSL 1.0.2, The biblatex Package 2.1.1 and 2.1.3, RIS 2011, schema.org."""
    csl = {"article", "document", "hearing", "legal_case", "legislation", "pamphlet",
           "personal_communication", "report", "treaty"}  # fmt: skip
    biblatex = {"booklet", "jurisdiction", "legal", "legislation", "letter", "misc", "online",
                "report"}  # fmt: skip
    ris = {"CASE", "HEAR", "PAMP", "PCOMM", "RPRT", "STAT"}
    for kind in KINDS.values():
        assert (kind.csl in csl, kind.biblatex in biblatex, kind.ris in ris) == (True, True, True)
        assert kind.schema in {"CreativeWork", "Legislation", "Report"}
        for each in kind.must:
            known = {*ROLES, "decided", "docket", "neutral-citation"}
            assert set(each.split(" or ")) <= known, kind
