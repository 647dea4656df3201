"""Writes the files of ``in/``: ``python -m tests.importing.make_inputs``.  All texts are our own.

The binaries are committed, so that the tests read the same bytes everywhere.  ``oil.doc`` was
written by LibreOffice.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import typst

from tests.importing.compound import outlook

IN = Path(__file__).parent / "in"
EPOCH = 1_767_225_600

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"


# --- Word


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP with the same bytes at every run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), part,
                             compress_type=zipfile.ZIP_DEFLATED)  # fmt: skip
    return buffer.getvalue()


def p(*inside: str, style: str = "", numbering: str = "") -> str:
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + numbering
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{''.join(inside)}</w:p>"


def t(text: str, style: str = "") -> str:
    properties = f"<w:rPr>{style}</w:rPr>" if style else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def field(instruction: str, shown: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    text = f'<w:r><w:instrText xml:space="preserve">{escape(instruction)}</w:instrText></w:r>'
    return mark("begin") + text + mark("separate") + t(shown) + mark("end")


def footnote(number: int, kind: str = "footnote") -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def notes(texts: dict[int, str], kind: str = "footnote") -> str:
    inside = "".join(f'<w:{kind} w:id="{n}">{p(text)}</w:{kind}>' for n, text in texts.items())
    return f'<w:{kind}s xmlns:w="{W}">{inside}</w:{kind}s>'


HEADINGS = (
    f'<w:styles xmlns:w="{W}">'
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
    "</w:styles>"
)
NUMBERING = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
    '<w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%1)"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
LETTERED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'


def docx(*body: str, core: str = "", **parts: str) -> bytes:
    """A Word document of ``parts``, each named by its file in ``word/``."""
    parts.setdefault("styles", HEADINGS)
    kinds = {"comments", "endnotes", "footnotes", "numbering", "styles"}
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/relationships/{name}" Target="{name}.xml"/>'
        for n, name in enumerate(sorted(parts)) if name in kinds
    ) + (
        f'<Relationship Id="link" Type="{OFFICE}/relationships/hyperlink" TargetMode="External" '
        'Target="https://lantern.example/rooms"/>'
    )  # fmt: skip
    root = (
        f'<Relationship Id="r1" Type="{OFFICE}/relationships/officeDocument" '
        'Target="word/document.xml"/>'
    )
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">{root}</Relationships>',
        "word/_rels/document.xml.rels":
            f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="{OFFICE}/relationships">'
        f"<w:body>{''.join(body)}</w:body></w:document>",
        **({"docProps/core.xml": core} if core else {}),
        **{name if "/" in name else f"word/{name}.xml": part for name, part in parts.items()},
    })  # fmt: skip


CORE = (
    '<cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>On Lamps</dc:title>'
    "<dc:creator>Lantern League</dc:creator><dc:language>en-GB</dc:language>"
    "<dcterms:created>2024-05-06T07:08:09Z</dcterms:created></cp:coreProperties>"
)

ZOTERO_ITEM = {
    "id": 12, "type": "article-journal", "title": "Lamps and Readers",
    "container-title": "Journal of Reading Rooms", "volume": "4", "issue": "2", "page": "11-29",
    "author": [{"family": "Wick", "given": "Ada"}, {"family": "Brand", "given": "Ben"}],
    "issued": {"date-parts": [["2019", 3]]}, "URL": "https://journal.example/lamps",
    "DOI": "10.5555/lamps.4.2", "accessed": {"date-parts": [["2020", 1, 2]]},
    "language": "en", "call-number": "Z 12",
}  # fmt: skip
MENDELEY_ITEM = {
    "id": "ITEM-1", "type": "report", "title": "The State of the Lamps",
    "publisher": "Institute of Light", "publisher-place": "Oxford",
    "author": [{"literal": "Institute of Light"}], "issued": {"date-parts": [["2018"]]},
}  # fmt: skip


def citation(item: dict[str, object], prefix: str) -> str:
    value = {
        "citationID": "c1", "properties": {"noteIndex": 0},
        "citationItems": [{"id": item["id"], "uris": ["local/1"], "itemData": item}],
    }  # fmt: skip
    return f" {prefix} {json.dumps(value)} "


WORD_SOURCES = (
    '<b:Sources xmlns:b="http://schemas.openxmlformats.org/officeDocument/2006/bibliography">'
    "<b:Source><b:Tag>Wic19</b:Tag><b:SourceType>Book</b:SourceType>"
    "<b:Author><b:Author><b:NameList><b:Person><b:Last>Wick</b:Last><b:First>Ada</b:First>"
    "</b:Person></b:NameList></b:Author></b:Author><b:Title>A Book of Lamps</b:Title>"
    "<b:Year>2019</b:Year><b:City>Leeds</b:City><b:Publisher>Lantern Press</b:Publisher>"
    "</b:Source><b:Source><b:Tag>Lan20</b:Tag><b:SourceType>InternetSite</b:SourceType>"
    "<b:Author><b:Author><b:Corporate>Lantern League</b:Corporate></b:Author></b:Author>"
    "<b:Title>Lamps for All</b:Title><b:Year>2020</b:Year><b:Month>May</b:Month><b:Day>4</b:Day>"
    "<b:URL>https://lantern.example/all</b:URL></b:Source></b:Sources>"
)


def changed(kind: str, text: str) -> str:
    tag = "t" if kind == "ins" else "delText"
    return (
        f'<w:{kind} w:id="9" w:author="Cleo" w:date="2024-05-06T07:08:09Z"><w:r>'
        f'<w:{tag} xml:space="preserve">{text}</w:{tag}></w:r></w:{kind}>'
    )


def table(*rows: tuple[str, ...]) -> str:
    return "<w:tbl>" + "".join(
        "<w:tr>" + "".join(f"<w:tc>{p(t(cell))}</w:tc>" for cell in row) + "</w:tr>" for row in rows
    ) + "</w:tbl>"  # fmt: skip


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def word_files() -> dict[str, bytes]:
    linked = (
        '<w:hyperlink r:id="link"><w:r><w:t>the rooms of Lantern League</w:t></w:r></w:hyperlink>'
    )
    return {
        "footnotes-and-endnotes.docx": docx(
            p(t("A Statement on Lamps"), style="Title"),
            p(
                t("The Lantern League asks for lamps in "),
                t("every", "<w:i/>"),
                t(" reading room."),
                footnote(2),
                t(" It thanks those who bring them."),
            ),
            p(
                t("Rooms without lamps close early."),
                footnote(2, "endnote"),
                t(" Readers see "),
                linked,
                t("."),
            ),
            core=CORE,
            footnotes=notes(
                {
                    2: t("Ada Wick, “Lamps at Dusk,” ")
                    + t("The Evening Page", "<w:i/>")
                    + t(", 3 March 2021, https://page.example/dusk.")
                }
            ),
            endnotes=notes(
                {
                    2: t("Ben Brand, ")
                    + t("The Closed Room", "<w:i/>")
                    + t(" (Leeds: Lantern Press, 2003), 14.")
                },
                "endnote",
            ),
        ),
        "tracked-changes.docx": docx(
            p(
                t("The league "),
                changed("ins", "gladly "),
                t("gives "),
                changed("del", "twelve "),
                changed("ins", "twenty "),
                t("lamps."),
            ),
            p(
                '<w:commentRangeStart w:id="1"/>',
                t("Nobody pays for light."),
                '<w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>',
            ),
            comments=f'<w:comments xmlns:w="{W}"><w:comment w:id="1" w:author="Dora" '
            f'w:date="2024-05-07T07:08:09Z">{p(t("Is that so?"))}</w:comment></w:comments>',
        ),
        "zotero.docx": docx(
            p(
                t("Lamps help readers "),
                field(
                    citation(ZOTERO_ITEM, "ADDIN ZOTERO_ITEM CSL_CITATION"), "(Wick and Brand 2019)"
                ),
                t(", and always did."),
            ),
        ),
        "mendeley.docx": docx(
            p(t("Half of the lamps are out."), footnote(2)),
            footnotes=notes(
                {
                    2: field(
                        citation(MENDELEY_ITEM, "ADDIN CSL_CITATION"),
                        "Institute of Light, The State of the Lamps",
                    )
                }
            ),
        ),
        "word-citations.docx": docx(
            p(t("A book says so "), field(" CITATION Wic19 \\l 1033 ", "(Wick, 2019)"), t(".")),
            p(
                t("So does a page "),
                '<w:fldSimple w:instr=" CITATION Lan20 \\l 1033 ">',
                t("(Lantern League, 2020)"),
                "</w:fldSimple>",
                t("."),
            ),
            **{"customXml/item1.xml": WORD_SOURCES},
        ),
        "lists-table-picture.docx": docx(
            p(t("What We Ask"), style="Heading1"),
            p(t("The league asks:")),
            p(t("for oil,"), numbering=LETTERED),
            p(t("for wicks."), numbering=LETTERED),
            p(t("What We Have"), style="Heading1"),
            table(("Room", "Lamps"), ("North", "3")),
            p(t("That is all.")),
            numbering=NUMBERING,
            header1=f'<w:hdr xmlns:w="{W}">{p(t("Lantern League, internal"))}</w:hdr>',
            **{"word/media/image1.png": PNG},
        ),
        "letter.docx": docx(
            p(t("Lantern League")),
            p(t("8 May 2023")),
            p(t("Mayor Ellen Tallow")),
            p(t("Dear Mayor Tallow,")),
            p(t("We write to ask for lamps. The reading rooms of the town are dark.")),
            p(t("Sincerely,")),
            p(t("Ada Wick, Lantern League")),
            p(t("Ben Brand, Reading Union")),
        ),
        "word-parts.docx": word_parts(),
        "word-rest.docx": word_rest(),
    }


# What pandoc alone loses: numbers that Word makes, text boxes, hidden words, files within the file.

WORD_STYLES = (
    f'<w:styles xmlns:w="{W}">'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:numPr>'
    '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/><w:pPr><w:numPr>'
    '<w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="character" w:styleId="Aside"><w:name w:val="Aside"/><w:rPr><w:vanish/>'
    "</w:rPr></w:style></w:styles>"
)


def level(number: int, form: str, text: str, inside: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{inside}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


WORD_NUMBERS = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">'
    + level(0, "upperRoman", "Article %1.", '<w:pStyle w:val="Heading1"/>')
    + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    + level(2, "lowerLetter", "(%3)")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
BOX = (
    '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/'
    '2006"><mc:Choice Requires="wps"><w:drawing><w:txbxContent>{0}</w:txbxContent></w:drawing>'
    "</mc:Choice><mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)


def word_parts() -> bytes:
    third = '<w:numPr><w:ilvl w:val="2"/><w:numId w:val="1"/></w:numPr>'
    relations = (
        f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="rs" Type="{OFFICE}/relationships/styles" Target="styles.xml"/>'
        f'<Relationship Id="rn" Type="{OFFICE}/relationships/numbering" Target="numbering.xml"/>'
        f'<Relationship Id="c1" Type="{OFFICE}/relationships/aFChunk" Target="/word/in.html"/>'
        f'<Relationship Id="c2" Type="{OFFICE}/relationships/aFChunk" Target="in.mht"/>'
        "</Relationships>"
    )
    return docx(
        p(t("Lamps"), style="Heading1"),
        p(t("Each room has a lamp."), style="Clause"),
        p(t("It burns "), t("for ever ", "<w:vanish/>"), t("until nine."), style="Clause"),
        p(t("on weekdays,"), numbering=third),
        p(t("on Sundays."), numbering=third),
        p(t("Oil"), style="Heading1"),
        p(t("The town pays for oil."), style="Clause"),
        p(t("Wicks are trimmed"), BOX.format(p(t("A box says who trims them."))), t(" by noon."),
          t(" Ask Ada.", '<w:rStyle w:val="Aside"/>')),
        '<w:altChunk r:id="c1"/>', '<w:altChunk r:id="c2"/>',
        styles=WORD_STYLES, numbering=WORD_NUMBERS,
        **{"word/in.html": "<!DOCTYPE html><html><body><p>The annex lists rooms.</p></body></html>",
           "word/in.mht": "MIME-Version: 1.0", "word/_rels/document.xml.rels": relations},
    )  # fmt: skip


RUBY = (
    "<w:r><w:ruby><w:rt><w:r><w:t>{}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{}</w:t></w:r>"
    "</w:rubyBase></w:ruby></w:r>"
)
IN_MAIL = """MIME-Version: 1.0
Content-Type: multipart/related; boundary="b"

--b
Content-Type: text/html; charset=utf-8

<!doctype html><html><body><p>The annex lists the rooms of the town.</p></body></html>
--b--
"""


def word_rest() -> bytes:
    """Readings above words, a comment without a range, a deletion between words, soft hyphens."""
    relations = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="c1" '
        f'Type="{OFFICE}/relationships/aFChunk" Target="in.mht"/></Relationships>'
    )
    return docx(
        p(t("We write from "), RUBY.format("ruby", "Tokyo"), t(" about lamps.")),
        p(t("Rooms are dark"), changed("del", "and cold"), t("by four."),
          '<w:r><w:commentReference w:id="1"/></w:r>'),
        p(t("It is a read"), "<w:r><w:softHyphen/></w:r>", t("ing room, non"),
          "<w:r><w:noBreakHyphen/></w:r>", t("stop.")),
        '<w:altChunk r:id="c1"/>',
        comments=f'<w:comments xmlns:w="{W}"><w:comment w:id="1" w:author="Dora">'
        f"{p(t('Who measured?'))}</w:comment></w:comments>",
        **{"word/in.mht": IN_MAIL, "word/_rels/document.xml.rels": relations},
    )  # fmt: skip


# --- OpenDocument

ODF = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = (
    f'xmlns:office="{ODF}:office:1.0" xmlns:text="{ODF}:text:1.0" xmlns:table="{ODF}:table:1.0" '
    f'xmlns:style="{ODF}:style:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    f'xmlns:meta="{ODF}:meta:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
)


PICTURED = f'<svg:desc xmlns:svg="{ODF}:svg-compatible:1.0">A box</svg:desc>'


def odt(body: str, automatic: str = "", doctype: str = "", **parts: str) -> bytes:
    return zipped({
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:'
        'opendocument:xmlns:manifest:1.0" manifest:version="1.3"/>',
        "content.xml": f"{doctype}<office:document-content {NAMESPACES}>{automatic}<office:body>"
        f"<office:text>{body}</office:text></office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {NAMESPACES}><office:font-face-decls/>"
        "<office:styles/><office:automatic-styles/><office:master-styles/></office:document-styles>",
        **{f"{name}.xml": part for name, part in parts.items()},
    })  # fmt: skip


def odt_note(number: int, text: str, kind: str = "footnote") -> str:
    return (
        f'<text:note text:id="n{number}" text:note-class="{kind}"><text:note-citation>{number}'
        f"</text:note-citation><text:note-body><text:p>{text}</text:p></text:note-body></text:note>"
    )


def odt_files() -> dict[str, bytes]:
    meta = (
        f"<office:document-meta {NAMESPACES}><office:meta><dc:title>Oil and Light</dc:title>"
        "<meta:initial-creator>Oil Union</meta:initial-creator>"
        "<meta:creation-date>2022-02-03T04:05:06</meta:creation-date>"
        "</office:meta></office:document-meta>"
    )
    changes = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>'
        "<office:change-info><dc:creator>Cleo</dc:creator><dc:date>2024-01-02T03:04:05</dc:date>"
        "</office:change-info><text:p>cheap </text:p></text:deletion></text:changed-region>"
        '<text:changed-region text:id="c2"><text:insertion><office:change-info><dc:creator>Cleo'
        "</dc:creator><dc:date>2024-01-02T03:04:05</dc:date></office:change-info></text:insertion>"
        "</text:changed-region></text:tracked-changes>"
    )
    comment = (
        '<office:annotation office:name="a"><dc:creator>Dora</dc:creator>'
        "<dc:date>2024-01-02T03:04:05</dc:date><text:p>Who counted?</text:p></office:annotation>"
    )
    return {
        "notes.odt": odt(
            f"<text:p>The oil came in March{odt_note(1, 'Oil Union. “Oil in March.” https://oil.example/march')}."
            f"</text:p><text:p>The light came later{odt_note(2, 'Ibid.', 'endnote')}.</text:p>",
            meta=meta,
        ),
        "tracked-changes.odt": odt(
            f'{changes}<text:p>Buy <text:change text:change-id="c1"/>oil '
            '<text:change-start text:change-id="c2"/>and wicks <text:change-end '
            f'text:change-id="c2"/>now.</text:p><text:p>{comment}Ten rooms wait.</text:p>'
        ),
        "box-and-hidden.odt": odt(
            f'<text:p>Wicks are trimmed <draw:frame xmlns:draw="{ODF}:drawing:1.0">'
            "<draw:text-box><text:p>A box says who trims "
            "them.</text:p></draw:text-box></draw:frame>by noon.</text:p><text:p>Ask "
            '<text:hidden-text text:is-hidden="true">nobody </text:hidden-text>'
            '<text:span text:style-name="H">or Ben </text:span>Ada.</text:p><text:p>'
            '<text:hidden-paragraph text:is-hidden="true"/>Oil is dear.</text:p>',
            '<office:automatic-styles><style:style style:name="H" style:family="text">'
            '<style:text-properties text:display="none"/></style:style></office:automatic-styles>',
        ),
        "shapes-and-works.odt": odt(
            f'<text:p>Wicks are trimmed <draw:rect xmlns:draw="{ODF}:drawing:1.0">{PICTURED}'
            "<text:p>A shape says who trims them.</text:p></draw:rect>by noon.</text:p>"
            "<text:bibliography><text:index-body><text:p>Ada Wick: Lamps at Dusk, 2021</text:p>"
            "</text:index-body></text:bibliography>",
            doctype='<!DOCTYPE a PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "a.dtd">',
        ),
        "list-and-table.odt": odt(
            '<text:h text:outline-level="1">Rooms</text:h><text:p>We count them.</text:p>'
            "<text:list><text:list-item><text:p>North room</text:p></text:list-item>"
            "<text:list-item><text:p>South room</text:p></text:list-item></text:list>"
            "<table:table><table:table-row><table:table-cell><text:p>Oil</text:p>"
            "</table:table-cell><table:table-cell><text:p>Yes</text:p></table:table-cell>"
            "</table:table-row></table:table>"
        ),
    }


# --- PDF

STATEMENT = """
#set page(width: 14cm, height: 12cm, margin: 2.2cm,
  header: [#text(8pt)[Lantern League]], footer: [#align(center)[#context counter(page).display()]])
#set text(10pt, hyphenate: false)
#set par(spacing: 1.4em)

The Lantern League asks for lamps in every reading room of the town, because rooms that are dark
by four are closed by four.#footnote[Ada Wick, “Lamps at Dusk,” The Evening Page, 3 March 2021,
https:\\/\\/page.example/dusk.]

It has asked three times. Each time it was told to wait until the oil had come, and each time the
oil was there.#footnote[Oil Union. "Oil in March". https:\\/\\/oil.example/march]

"""

PARAGRAPH = (
    "Readers walked home in the dark and wrote to the town that nobody can read a newspaper by "
    "the moon, nor by the good will of a committee that meets in June. "
)


def typeset(source: str) -> bytes:
    return typst.compile(source.encode(), format="pdf", ignore_system_fonts=True, timestamp=EPOCH)


def pdf_files() -> dict[str, bytes]:
    long = STATEMENT + "\n\n".join(f"In room {n} it was so. {PARAGRAPH * 2}" for n in range(1, 6))
    head = "#set page(width: 15cm, height: 21cm)\n#set text(11pt)\n#set par(spacing: 1.5em)\n"
    letter = head + "\n\n".join([
        "4 April 2022", "Dear Mayor Tallow,", PARAGRAPH, "Respectfully,", "Ada Wick",
    ])  # fmt: skip
    return {"statement.pdf": typeset(long), "letter.pdf": typeset(letter)}


# --- RTF, EPUB, messages

RTF = r"""{\rtf1\ansi{\info{\title On Oil}{\author Oil Union}}
{\b\fs36 What we ask}\par
The league asks for {\i oil}.{\super\chftn}{\footnote
Ada Wick, \'93Oil,\'94 The Evening Page, 3 March 2021.}\par
It is dark by four, and nobody reads.\par}
"""
CONTAINER = (
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="a.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)
OPF = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">'
    '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>On Wicks</dc:title>'
    '<dc:creator>Ada Wick</dc:creator><dc:language>en</dc:language><dc:identifier id="i">x'
    '</dc:identifier></metadata><manifest><item id="a" href="a.xhtml" '
    'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
)
CHAPTER = (
    '<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>A</title></head><body>'
    "<h1>Wicks</h1><p>A wick burns for four hours.</p><p>Then the room is dark.</p></body></html>"
)
MESSAGE = """From: Ada Wick <ada@lantern.example>
To: Mayor Tallow <mayor@town.example>
Subject: Lamps for the reading rooms
Date: Wed, 3 Mar 2021 09:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Dear Mayor Tallow,

The rooms are dark by four, and nobody can read in them.

Sincerely,

Ada Wick
--{space}
Lantern League, 4 Harbour Street
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename="rooms.pdf"

%PDF-
--b--
"""
MAILBOX = """From ada@lantern.example Wed Mar  3 09:00:00 2021
X-Status:
Received:from lantern.example
From:Ada Wick <ada@lantern.example>
Subject:Lamps, and a picture
Message-ID:<1@lantern.example>
MIME-Version: 1.0
Content-Type: multipart/related; boundary="b"

--b
Content-Type: text/html; charset=utf-8

<html><body><p>The rooms are dark by four, as this picture shows.</p></body></html>
--b
Content-Type: image/png; name="dark.png"
Content-ID: <dark>

x
--b--
"""
SAVED = """From: <Saved by a browser>
Snapshot-Content-Location: https://lantern.example/dusk
Subject: Lamps at dusk
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="b"

--b
Content-Type: text/html; charset=utf-8
Content-Location: https://lantern.example/dusk

<!doctype html><html lang="en"><head><title>Lamps at dusk</title></head><body>
<nav><a href="/">Home</a></nav><article><h1>Lamps at dusk</h1>
<p>The league lit a lamp in each of the twelve reading rooms of the town at dusk.</p>
<p>Nobody has put one out since, although the council asked for it in writing.</p></article>
</body></html>
--b--
"""


OUTLOOK = {
    0x0037: "Oil for the reading rooms", 0x001A: "IPM.Note", 0x0C1A: "Ada Wick",
    0x0C1F: "ada@lantern.example",
    0x1000: "Dear Mayor,\r\n\r\nWe write to ask for oil, as we did in March.\r\n\r\nSincerely,"
    "\r\n\r\nAda Wick\r\n\r\n-- \r\nLantern League, Harbour Street",
}  # fmt: skip
SENT = 132_592_356_000_000_000  # 3 March 2021, in steps of 100 nanoseconds since 1601


# As Outlook writes it in Taiwan: texts in code page 950, and a body that is RTF alone.
IN_CODE_PAGES = {
    0x0037001E: "燈與油".encode("cp950"), 0x0C1A001E: "張小姐".encode("cp950"),
    0x10090102: struct.pack("<II4sI", 0, 99, b"MELA", 0)
    + rb"{\rtf1\ansi\ansicpg950 \'bf\'4f lamps are dark by four.\par}",
    0x3FDE0003: 950,
}  # fmt: skip
CUT_OFF = r"""{\rtf1\ansi{\rtf1 We ask for oil.\par}
{\deleted We waited.} Nobody\rquote s rooms are lit.\par
{\field\flddirty {\*\fldinst{HYPERLINK "https://lantern.example/"}}{\*\fldtitle{a}}
{\fldrslt See here}\htmlrtf }.\par
{\field{\fldinst DATE}{\fldrslt On 3 May}} it was dark.\par
{\shp{\*\shpinst{\shptxt A box.\par}}}{\b and for wicks"""
OIL = ("On Oil", "The league asks for oil.", "It is dark by four, and nobody reads.")


def word_perfect(lines: tuple[str, ...]) -> bytes:
    """A file of WordPerfect 5.1, without any form."""
    index = struct.pack("<HHHI", 0xFBFF, 5, 50, 0) + bytes(40)
    head = b"\xffWPC" + struct.pack("<I4BHH", 16 + len(index), 1, 10, 0, 1, 0, 0)
    return head + index + b"".join(line.encode("ascii") + b"\n" for line in lines)


_PAGES = "http://developer.apple.com/namespaces/"
PAGES = (
    f'<sl:document xmlns:sl="{_PAGES}sl" xmlns:sf="{_PAGES}sf" sl:version="92008102400">'
    '<sf:text-storage sf:kind="body"><sf:text-body><sf:section><sf:layout>'
    + "".join(f"<sf:p>{line}<sf:br/></sf:p>" for line in OIL)
    + "</sf:layout></sf:section></sf:text-body></sf:text-storage></sl:document>"
)


def other_files() -> dict[str, bytes]:
    book = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER,
            "a.opf": OPF, "a.xhtml": CHAPTER}  # fmt: skip
    return {
        "oil.msg": outlook(OUTLOOK, {"list.txt": b"Oil, wicks."}, SENT),
        "in-code-pages.msg": outlook({}, {}, SENT, IN_CODE_PAGES),
        "mailbox.eml": MAILBOX.encode(),
        "cut-off.rtf": CUT_OFF.encode(),
        "oil.wpd": word_perfect(OIL), "oil.pages": zipped({"index.xml": PAGES,
        "buildVersionHistory.plist": "<plist/>"}),
        "on-oil.rtf": RTF.encode(), "wicks.epub": zipped(book),
        "mayor.eml": MESSAGE.replace("{space}", " ").encode(), "dusk.mhtml": SAVED.encode(),
    }  # fmt: skip


def main() -> None:
    makers: tuple[Callable[[], dict[str, bytes]], ...] = (
        word_files, odt_files, pdf_files, other_files,
    )  # fmt: skip
    for make in makers:
        for name, data in make().items():
            (IN / name).write_bytes(data)


if __name__ == "__main__":
    main()
