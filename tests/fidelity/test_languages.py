"""Documents in other languages than English are held against their sources by their own custom."""

from __future__ import annotations

import pytest

from archive.fidelity.completeness import lacking
from archive.fidelity.holding import Pair, PassageText
from archive.fidelity.languages import english_figures, find_dates, in_row, told
from archive.fidelity.quotations import Text, compare, find_quotations, inexact
from archive.fidelity.source import Paragraph
from archive.fidelity.words import NO_NAMES, bare_words


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("fr", "Il dit « ainsi “soit” il » et part.", ["ainsi “soit” il"]),
        ("de", "Sie sagt „so ‚ist‘ es“ und »anders«.", ["so ‚ist‘ es", "anders"]),
        ("pl", "Mówi „tak «jest»” i idzie.", ["tak «jest»"]),
        ("ru", "Он сказал: «так „и“ есть».", ["так „и“ есть"]),
        ("sv", "Hon sade ”så är det” och gick.", ["så är det"]),
        ("fi", "Hän sanoi »näin on» ja lähti.", ["näin on"]),
        ("da", "Han sagde ”sådan” og »så«.", ["sådan", "så"]),
        ("he", "הוא אמר ”כך הוא” והלך.", ["כך הוא"]),
        ("zh-Hans", "他说：“新闻自由”。", ["新闻自由"]),
        ("zh-Hant", "他說：「新聞『自由』」。", ["新聞『自由』"]),
        ("ja", "彼は「表現の自由」と述べた。", ["表現の自由"]),
        ("ar", "قال «حرية الصحافة» ثم مضى.", ["حرية الصحافة"]),
        ("en", "He wrote «so» and „so“.", []),
    ],
)
def test_each_language_has_its_quotation_marks(language, text, found):
    quoted = find_quotations(text, language)
    assert [each.text.strip() for each in quoted.quotations] == found


@pytest.mark.parametrize(
    ("language", "text", "places"),
    [
        ("fr", "Il dit « ainsi.", 1),
        ("zh", "他说「自由。", 1),
        ("en", "so”", 1),
        ("sv", "så” är", 1),
    ],
)
def test_a_mark_without_its_counterpart_is_told(language, text, places):
    assert len(find_quotations(text, language).unbalanced) == places


@pytest.mark.parametrize(
    ("source", "quotation", "is_there"),
    [
        ("人人有权享有主张和发表意见的自由。", "主张和发表意见", True),
        ("人人有权享有主张和发表意见的自由。", "主张与发表意见", False),
        ("人人有权享有主张和发表意见的自由。", "人人有权……自由", True),
        ("すべて人は、意見及び表現の自由に対する権利を有する。", "表現の自由", True),
        ("ทุกคนมีสิทธิในเสรีภาพแห่งความเห็น", "เสรีภาพแห่งความเห็น", True),
        ("हर व्यक्ति को अभिव्यक्ति की स्वतंत्रता है।", "अभिव्यक्ति की", True),
        ("हर व्यक्ति को अभिव्यक्ति की स्वतंत्रता है।", "व्यक्ति की", False),  # within a word
        ("Il a dit : « la “vérité” est là ».", "la «vérité» est là", True),
    ],
)
def test_a_quotation_is_found_in_its_script(source, quotation, is_there):
    assert (Text(source).find(quotation) is not None) is is_there


def test_words_are_whole_in_scripts_with_marks_and_letters_where_there_are_no_spaces():
    assert bare_words("हिन्दी में लिखा") == ["हिन्दी", "में", "लिखा"]
    assert bare_words("新闻 API 自由") == ["新", "闻", "API", "自", "由"]
    assert bare_words("ที่นี่") == ["ที่", "นี่"]
    assert told(["新", "闻", "API", "自"]) == "新闻 API 自"
    assert (in_row(["新", "闻"]), in_row(["हिन्दी"])) == ("2 characters", "1 words")


def _long(text, language):
    passage = PassageText("a-p1", text, "documents/a.md", 1)
    found = compare(Pair(passage, Paragraph(1, text, 1)), language)
    return [each.rule for each in inexact([found])]


@pytest.mark.parametrize(("letters", "wrong"), [(36, []), (60, ["quotation-too-long"])])
def test_of_scripts_without_spaces_characters_are_measured(letters, wrong):
    said = "".join(chr(0x4E00 + number) for number in range(letters))
    assert _long(f"「{said}」", "zh") == wrong


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("ar", "المادة ١٩ في ١٩٤٨، ٣٠٪", "المادة 19 في 1948، 30%"),
        ("fa", "۱۲٬۵۰۰", "12,500"),
        ("hi", "अनुच्छेद १९", "अनुच्छेद 19"),
        ("zh", "第19条，１９４８年", "第 19 条，1948 年"),
        ("fr", "10 000 et 3,5 en 2021", "10,000 et 3.5 en 2021"),
        ("de", "10.000 und 3,5 und 12 500,25", "10,000 und 3.5 und 12,500.25"),
        ("en", "In 1948, 10,000 and 3.5", "In 1948, 10,000 and 3.5"),
    ],
)
def test_figures_are_read_in_the_digits_of_their_script(language, text, found):
    assert english_figures(text, language) == found


@pytest.mark.parametrize(
    ("language", "wanted", "said", "found"),
    [
        ("ar", "المادة ١٩ لسنة ١٩٤٨", "سنة 1948", [("number", "19")]),
        ("zh", "1948年12月10日，第19条", "在1948年12月10日", [("number", "19")]),
        ("de", "Es waren 10.000 im Jahr 2021", "Im Jahr 2021 waren es 10 000", []),
        ("fr", "Les six de 1948", "Ceux de 1948", []),  # no word of English
        ("ru", "Он был в Москве, и Анна Петрова тоже", "Из Москвы уехала Анна", [
            ("name-unsure", "Москве"), ("name", "Анна Петрова"),
        ]),
        ("de", "Er sah die Wahrheit in Berlin", "Er sah, was wahr ist", [
            ("name-unsure", "Wahrheit"), ("name-unsure", "Berlin"),
        ]),
        ("fr", "Il vit à Paris", "Il vit ailleurs", [("name", "Paris")]),
    ],
)  # fmt: skip
def test_what_a_passage_lacks_is_told_by_the_custom_of_its_language(language, wanted, said, found):
    told_ = [(kind, words) for kind, words, _ in lacking(wanted, said, NO_NAMES, language)]
    assert told_ == found


@pytest.mark.parametrize(
    ("language", "text", "date"),
    [
        ("fr", "le 1er février 2021", (2021, 2, 1)),
        ("fr", "en févr. 2021", (2021, 2, None)),
        ("es", "el 8 de febrero de 2021", (2021, 2, 8)),
        ("de", "am 8. Februar 2021", (2021, 2, 8)),
        ("ru", "8 февраля 2021 года", (2021, 2, 8)),
        ("ru", "в феврале 2021 года", (2021, 2, None)),
        ("ar", "في ١٠ كانون الأول/ديسمبر ١٩٤٨", (1948, 12, 10)),
        ("ar", "و8 فبراير 2021", (2021, 2, 8)),
        ("he", "ב-8 בפברואר 2021", (2021, 2, 8)),
        ("hu", "2021. február 8.", (2021, 2, 8)),
        ("hi", "८ फ़रवरी २०२१", (2021, 2, 8)),
        ("vi", "ngày 8 tháng 2 năm 2021", (2021, 2, 8)),
        ("zh", "二〇二一年二月八日", (2021, 2, 8)),
        ("zh-Hant", "2021年2月8日", (2021, 2, 8)),
        ("ko", "2월 8일", (None, 2, 8)),
        ("fr", "on 8 February 2021", (2021, 2, 8)),
    ],
)
def test_dates_are_read_in_the_words_of_each_language(language, text, date):
    assert list(find_dates(english_figures(text, language), language)[0]) == [date]


def test_a_date_in_another_form_is_no_missing_one():
    wanted, said = "Le 8 févr. 2021, douze ont écrit.", "Douze ont écrit le 8 février 2021."
    assert list(lacking(wanted, said, NO_NAMES, "fr")) == []
    (told_of,) = lacking(wanted, "Douze ont écrit le 9 février 2021.", NO_NAMES, "fr")
    assert told_of == ("date", "8 févr. 2021", "8 févr. 2021")
    assert find_dates("l'article 12 ; en mai, 2021 personnes", "fr")[0] == {}
