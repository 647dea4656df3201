"""What texts of this field look like is recognised, and numbers of the source are kept."""

from __future__ import annotations

import pytest

from archive.importing import Block, Form, Properties, Run, Text, language_of
from archive.importing.draft import Glossary, candidates, is_short
from archive.importing.importer import read
from archive.importing.outline import guesses, is_heading, kind_of, outline
from archive.importing.readers.pdf_layout import layout
from archive.model.settings import Settings
from tests.settings import SETTINGS, VALUES


def blocks(*texts):
    return [Block(Form.PARAGRAPH, (Run(text),)) for text in texts]


def anchors(kind, *texts):
    placed = outline(blocks(*texts), kind, "d", SETTINGS)
    return [str(each.anchor).removeprefix("d-") for each in placed]


@pytest.mark.parametrize(("kind", "texts"), [
    ("resolution", ["WHEREAS it is dark;", "Now, therefore, be it resolved that lamps be lit."]),
    ("letter", ["3 May 2020", "Dear Members of the Council,", "We write.", "Sincerely,"]),
    ("letter", ["To whom it may concern:", "It is dark."]),
    ("filing", ["IN THE COUNTY COURT", "Plaintiff", "1. A.", "2. B.", "3. C."]),
    ("ruling", ["IN THE COUNTY COURT", "Plaintiff", "OPINION", "1. A.", "2. B.", "3. C."]),
    ("declaration", ["Article 1. All may read.", "Article II: Lamps are free."]),
    ("report", ["Section 1", "A.", "Section 2", "B.", "Section 3", "C."]),
    ("statement", ["We are sorry.", "It is dark."]),
    ("statement", ["Whereas others have lamps, we have none."]),
    ("statement", ["Dear lamps are not good lamps; we said so at length in the year of the war."]),
])  # fmt: skip
def test_the_kind_is_recognised_and_told(kind, texts):
    seen = kind_of(blocks(*texts), SETTINGS.kinds)
    assert seen.kind == kind
    assert seen.why


@pytest.mark.parametrize("text", [
    "该部否认在九年之内阅读过十一名记者的来往信件", "記者の通信は九年間読まれていた",
    "समिति ने कहा कि आदेश पर हस्ताक्षर नहीं थे", "قالت اللجنة إن الأمر لم يوقع",
    "اس حکم پر دستخط نہیں تھے",
    "9 May 2021", "Ein Satz ohne Punkt",
])  # fmt: skip
def test_a_sentence_of_any_script_is_no_heading(text):
    block = Block(Form.PARAGRAPH, (Run(text),))
    assert not is_heading(block)
    assert is_heading(Block(Form.HEADING, (Run(text),), level=2))


def test_capitals_alone_are_a_heading():
    for text in ("WHAT WE ASK", "ЧТО МЫ ПРОСИМ", "ÉTAT DES LIEUX 2020"):
        assert is_heading(Block(Form.PARAGRAPH, (Run(text),)))


def test_a_heading_as_long_as_a_sentence_is_not_copied():
    assert is_short("第三章 结论")
    assert is_short("What follows from the findings")
    assert not is_short("该部否认在九年之内阅读过十一名记者的来往信件并且拒绝说明")
    assert not is_short("What the committee found when it opened the boxes")


@pytest.mark.parametrize(("language", "text"), [
    ("en", "The committee said that the order was not signed by the judge."),
    ("fr", "Le comité a dit que les ordres n’ont pas été signés par le juge dans les délais."),
    ("de", "Der Ausschuss stellte fest, dass die Akten nicht von dem Richter geöffnet wurden."),
    ("es", "El comité dijo que las órdenes no fueron firmadas por el juez de la ciudad."),
    ("ar", "قالت اللجنة إن الأمر لم يوقع من القاضي قبل تفتيش المكاتب في المدينة"),
    ("fa", "کمیته اعلام کرد که این دستور پیش از آن از سوی قاضی امضا نشده است و را"),
    ("ur", "کمیٹی نے کہا کہ اس حکم پر جج کے دستخط نہیں تھے اور یہ خط ایک سال میں"),
    ("hi", "समिति ने कहा कि इस आदेश पर न्यायाधीश के हस्ताक्षर नहीं थे और यह पत्र में है"),
    ("hi", "पत्रकारों ने बैठक में कहा कि सरकार को आदेश प्रकाशित करना चाहिए।"),
    ("zh", "委员会认定，在搜查之前没有任何命令得到签署。"),
    ("ja", "命令は捜査の前に署名されていなかった。"),
    ("ru", "Комитет заявил, что это решение не было подписано судьёй и что его не читали"),
    ("", "Lorem ipsum dolor sit amet consetetur sadipscing elitr sed diam"), ("", "Oil."),
])  # fmt: skip
def test_the_language_is_told_by_its_words(language, text):
    assert language_of(text) == language


@pytest.mark.parametrize("clauses", [
    ("ATTENDU QUE les lampes manquent;", "IL EST RÉSOLU que les lampes soient allumées."),
    ("CONSIDERANDO que faltan lámparas,", "SE RESUELVE encender las lámparas."),
])  # fmt: skip
def test_resolutions_of_other_languages_are_seen(clauses):
    assert kind_of(blocks(*clauses), SETTINGS.kinds).kind == "resolution"


def test_a_kind_that_the_archive_has_not_is_never_seen():
    texts = blocks("WHEREAS it is dark;", "Now, therefore, be it resolved that lamps be lit.")
    assert kind_of(texts, ["letter", "statement"]).kind == "statement"
    assert kind_of(texts, ["ordinance", "lease"]).kind == "ordinance"


def test_the_archive_says_which_letter_an_article_has():
    for letters, expected in (({"k": "article"}, ["k1", "k2"]), ({}, ["p1", "p2"])):
        settings = Settings.of({**VALUES, "archive_letters": letters})
        placed = outline(blocks("Article 1. A.", "Article 2. B."), "declaration", "d", settings)
        assert [str(each.anchor) for each in placed] == [f"d-{name}" for name in expected]


def test_clauses_of_resolutions():
    assert anchors(
        "resolution",
        "Whereas a;",
        "Whereas b; now, therefore, be it",
        "RESOLVED, that c.",
        "Be it further resolved, that d.",
        "Signed.",
    ) == ["w1", "w2", "r1", "r2", "p1"]


def test_articles_keep_their_numbers():
    assert anchors("declaration", "Preamble.", "Article 2", "A.", "B.", "Article IV. C.") == [
        "p1", "s1", "a2", "p2", "a4",
    ]  # fmt: skip


def test_numbered_paragraphs_of_filings_keep_their_numbers():
    assert anchors("filing", "Caption.", "1. A.", "2. B.", "(c) c.", "7. D.", "3. Quoted.") == [
        "p8", "p1", "p2", "p9", "p7", "p10",
    ]  # fmt: skip


def test_repeated_numbers_fall_back_to_position():
    assert anchors("declaration", "Article 1. A.", "Article 1. B.") == ["a1", "a2"]


def test_letters_have_roles():
    placed = outline(blocks("3 May 2020", "Mayor Tallow", "Dear Mayor,", "We write.", "Sincerely,",
                            "Ada Wick"), "letter", "d", SETTINGS)  # fmt: skip
    assert [each.role for each in placed] == [
        "the date", "the addressee or the letterhead", "the salutation", "", "the closing",
        "a signatory",
    ]  # fmt: skip


def test_glossary_terms_are_found_as_written_and_the_longer_wins():
    glossary = Glossary.read(
        "```{glossary}\nUS\n  A.\n\nUS Senate\nSenate\n  B.\n\nlamp oil\n  C.\n```\n"
    )
    assert glossary.terms == ("US", "US Senate", "Senate", "lamp oil")
    said = "The US Senate had oil. Lamp oil, it said; the us did not."
    assert glossary.within(said) == ("US Senate", "lamp oil")
    assert glossary.within("They read The Lamp oil Gazette.") == ()


def test_names_the_glossary_lacks_are_candidates():
    glossary = Glossary(("Lantern League",))
    found = candidates(
        ["In 1920 the Lantern League met Ada Wick and the Bill of Rights Fund."], glossary
    )
    assert found == ("Ada Wick", "Bill of Rights Fund")


RICH = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}
{\f2\fcharset128 C;}}{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2\sbasedon1 Heading 2;}}
{\header \pard Page \u49?\par}\pard\plain\s1 A title\par\pard\plain\s2 Its part\par\pard\plain\s0
\uc2 Caf\'e9 \u-10179\'3f\'3f\u-8704?? {\f1\'cc\'ee\'f1\'ea\'e2\'e0} {\f2\'8b\'4c\'8e\'d2\'83A}
 \u123\'7b\'20.{\super\chftn{\*\footnote\chftn\pard A note.}}
{\v out of sight}{\*\annotation{\*\atnref 1}Sure?}\par}"""


def test_rich_text_of_any_code_page_and_program_comes_in():
    text = read(RICH, "a.rtf")
    assert [(each.form, each.level, each.text) for each in text.blocks] == [
        (Form.HEADING, 1, "A title"), (Form.HEADING, 2, "Its part"),
        (Form.PARAGRAPH, 0, "Café 😀 Москва 記者ア {."),
    ]  # fmt: skip
    assert [each.text for each in text.notes] == ["A note."]
    assert [each.words for each in text.remarks] == ["Page 1", "out of sight", "Sure?"]


@pytest.mark.parametrize(("line", "date", "why"), [
    ("04/05/21", "XXXX", "“04/05/21” may be 2021-05-04 or 2021-04-05 or 1921-05-04"),
    ("London, 04/05/2021", "XXXX", "“04/05/2021” may be 2021-05-04 or 2021-04-05; DATE="),
    ("25/05/2021", "2021-05-25?", "from “25/05/2021”"),
    ("Berlin, 04.05.2021", "2021-05-04?", "from “04.05.2021”"),
    ("Adopted at Harbour on 3 June 2022.", "2022-06-03?", "from a line that begins “Adopted”"),
    ("Signed on 3 June 2022, amended on 4 July 2023.", "XXXX", "was not seen to state a date"),
    ("Files 12/345/6789", "XXXX", "the source was not seen to state a date"),
])  # fmt: skip
def test_a_day_is_taken_only_where_it_is_one(line, date, why):
    guess = guesses(Text(tuple(blocks(line, "We write."))), None, blocks(line), "letter", "d").date
    assert guess.value == date
    assert why in guess.origin


@pytest.mark.parametrize(("said", "title"), [
    ("Microsoft Word - letter FINAL.doc", "[Untitled report]"),
    ("scan-udhr-ar", "[Untitled report]"), ("report_v2.pdf", "[Untitled report]"),
    ("Untitled", "[Untitled report]"), ("On Oil", "On Oil"), ("Anti-SLAPP", "Anti-SLAPP"),
])  # fmt: skip
def test_the_name_of_a_file_is_no_title(said, title):
    text = Text(tuple(blocks("We write.")), properties=Properties(title=said))
    assert guesses(text, None, text.blocks, "report", "d").title.value == title


def test_the_only_page_of_a_file_has_a_foot():
    def row(y, text, size=10.0):
        return {"x0": 70.0, "x1": 300.0, "y0": y, "y1": y + size, "size": size, "bold": False,
                "rtl": False, "text": text}  # fmt: skip

    body = [row(700.0 - 14 * at, f"Line {at} of the text goes on.") for at in range(30)]
    page = {"segments": [*body, row(40.0, "a.example/letter 1 / 1", 8.0)], "turned": "",
            "height": 842.0}  # fmt: skip
    found = layout([page])
    assert [each.text for each in found.asides] == ["a.example/letter 1 / 1"]
    assert len(found.lines) == 30
