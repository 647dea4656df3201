"""The small archive of ``test-print``, printed once, and how a PDF is read in tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest

from archive.model.glyphs import Font
from tests.conftest import Built, built, copy_root, edit, once, sealed

DOCUMENTS = ("kitchen", "plain")


@dataclass(frozen=True)
class Place:
    """Where something stands in a PDF: page from 1, height in points from the page's foot."""

    page: int
    top: float


@dataclass(frozen=True)
class Link:
    """A link: where its area is, and where it leads."""

    place: Place
    left: float
    right: float
    address: str | None  # on the web
    target: Place | None  # in the PDF


class Print:
    """A PDF, read by pikepdf."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pdf = pikepdf.open(path)
        self._numbers = {page.objgen: number for number, page in enumerate(self.pdf.pages, 1)}

    @property
    def destinations(self) -> dict[str, Place]:
        tree = pikepdf.NameTree(self.pdf.Root.Names.Dests)
        return {name: self._place(target.D) for name, target in tree.items()}

    def _place(self, target: pikepdf.Array) -> Place:
        page, kind, _left, top, _zoom = target
        assert kind == "/XYZ"
        return Place(self._numbers[page.objgen], float(top))

    @property
    def links(self) -> list[Link]:
        return list(self._links())

    def _links(self) -> Iterator[Link]:
        for number, page in enumerate(self.pdf.pages, 1):
            for annotation in page.get("/Annots", []):
                if annotation.Subtype != "/Link":
                    continue
                action = annotation.get("/A", {})
                address = str(action.URI) if "/URI" in action else None
                target = annotation.get("/Dest", action.get("/D"))
                yield Link(
                    Place(number, float(annotation.Rect[3])),
                    float(annotation.Rect[0]),
                    float(annotation.Rect[2]),
                    address,
                    self._place(target) if isinstance(target, pikepdf.Array) else None,
                )

    def said(self, name: str) -> str:
        """What the metadata say, for example of ``dc:rights``."""
        with self.pdf.open_metadata() as metadata:
            return str(metadata[name])

    @property
    def width(self) -> int:
        """Of its first page, in points."""
        return round(float(self.pdf.pages[0].mediabox[2]))

    def bookmarks(self) -> list[str]:
        with self.pdf.open_outline() as outline:
            return [str(item.title) for item in outline.root]


def elements(within: pikepdf.Pdf | pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The elements of a PDF's structure tree, or of what is within one, in reading order."""
    root = within.Root.StructTreeRoot if isinstance(within, pikepdf.Pdf) else within
    kids = root.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def tagged(pdf: pikepdf.Pdf) -> Iterator[tuple[str, str]]:
    """The words that stand right in each element, with the path to it: ``L/LI/LBody``."""
    said = {
        (page.objgen, marked): words
        for page in pdf.pages for marked, words in _marked(page).items()
    }  # fmt: skip

    def within(element: pikepdf.Object, path: str) -> Iterator[tuple[str, str]]:
        kids = element.get("/K", [])
        words = ""
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                words += said.get((element.Pg.objgen, kid), "")
            elif "/MCID" in kid:
                words += said.get((kid.get("/Pg", element.get("/Pg")).objgen, int(kid.MCID)), "")
            elif "/S" in kid:
                yield path, words.strip()
                words = ""
                yield from within(kid, f"{path}/{str(kid.S)[1:]}".lstrip("/"))
        yield path, words.strip()

    yield from within(pdf.Root.StructTreeRoot.K[0], "")


def _marked(page: pikepdf.Page) -> dict[int, str]:
    """The words of each marked content of a page, by its number."""
    fonts: dict[str, Font] = {}
    found: dict[int, str] = {}
    around: list[int | None] = []
    font = ""
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC" | "BMC":
                given = operands[1] if len(operands) > 1 else {}
                around.append(int(given.MCID) if "/MCID" in given else None)
            case "EMC":
                around.pop()
            case "Tf":
                font = str(operands[0])
                if font not in fonts:
                    fonts[font] = Font.of(page.resources.Font[font])
            case "Tj" | "TJ":
                number = next((each for each in reversed(around) if each is not None), None)
                strings = operands[0] if str(operator) == "TJ" else operands
                if number is not None:
                    found[number] = found.get(number, "") + fonts[font].text(strings)
    return found


def printed(source: Path, **environment: str) -> Built:
    """Print an archive; both builds must succeed."""
    built(source, **environment)
    return built(source, builder="pdf", **environment)


def pdfs(site: Path) -> list[Path]:
    return sorted(site.rglob("*.pdf"))


ARABIC = "حرية الصحافة حق أساسي للجميع"
# In the languages of twenty scripts, from the Universal Declaration and the like.
SENTENCES = {
    "zh": "记者说新闻自由是人人都有的权利",
    "zh-TW": "人人有權享有主張和發表意見的自由",
    "ja": "すべて人は意見及び表現の自由に対する権利を有する",
    "ko": "모든 사람은 의견의 자유와 표현의 자유에 대한 권리를 가진다.",
    "hi": "प्रत्येक व्यक्ति को विचार और उसकी अभिव्यक्ति की स्वतन्त्रता का अधिकार है। क्षत्रिय",
    "bn": "প্রত্যেকেরই মতামত প্রকাশের স্বাধীনতায় অধিকার রয়েছে প্রপ্র",
    "ta": "கருத்துச் சுதந்திரத்திற்கும் எவரும் உரிமையுடையவர்",
    "te": "ప్రతి ఒక్కరికి భావస్వాతంత్ర్యం",
    "ml": "ഏതൊരാൾക്കും അഭിപ്രായസ്വാതന്ത്ര്യത്തിനും",
    "gu": "પ્રત્યેક વ્યક્તિને અભિપ્રાય અને અભિવ્યક્તિની",
    "pa": "ਹਰ ਇੱਕ ਨੂੰ ਵਿਚਾਰ",
    "th": "ทุกคนมีสิทธิในเสรีภาพแห่งความเห็นและการแสดงออก",
    "lo": "ທຸກຄົນມີສິດທິໃນອິດສະລະພາບ",
    "my": "လူတိုင်းတွင် လွတ်လပ်စွာ ထင်မြင်ယူဆပိုင်ခွင့်",
    "km": "មនុស្សគ្រប់រូបមានសិទ្ធិសេរីភាព",
    "am": "እያንዳንዱ ሰው የሐሳብና ሐሳቡን የመግለጽ ነፃነት መብት አለው።",
    "ka": "ყოველ ადამიანს აქვს მრწამსის თავისუფლება",
    "hy": "Յուրաքանչյուր մարդ ունի համոզմունքների ազատության իրավունք",
    "vi": "Mọi người đều có quyền tự do ngôn luận và bày tỏ quan điểm",
    "he": "כל אדם זכאי לחירות הדעה והביטוי",
    "fa": "هر کس حق آزادی عقیده و بیان دارد",
    "ur": "ہر شخص کو اپنی رائے رکھنے کا حق ہے",
    "ar": "لكل شخص حق التمتع بحرية الرأي والتعبير",
    "kk": "Әрбір адам сенім бостандығына",
    "el": "Καθένας έχει το δικαίωμα",
    "und": "📰 ✍🏽 👩‍💻 🇺🇦 ❤️ ☎ ⚖ ✓ → ∞ ԥ",
}
# Of the second Typst draws a mark apart, as it stands higher than that of the first.
MARKED = "المحرّر المقرَّر"
FONTLESS = "A letter \ua6a0 that no font has, and \U00010330 another."
# In German, and in Arabic.  What is English in these says where its lines begin and end.
_SPOKEN = (
    ("plain.md", "language: en-GB", "language: de"),
    ("kitchen.md", "language: en", "language: ar"),
    ("kitchen.md", "A quotation of a block.", ARABIC),
    ("kitchen.md", "- One\n", f"- {ARABIC} {MARKED}\n"),
    ("kitchen.md", "The last words.", "The last words refer to [](#kitchen-p1)."),
)


@pytest.fixture(scope="session")
def print_archive(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The archive of ``test-print``, built and printed.  Tests only read it."""
    return once(tmp_path_factory, "print", lambda folder: printed(copy_root("print", folder)))


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The archive of ``test-print``, with one document in German and one in Arabic."""

    def make(folder: Path) -> Built:
        source = copy_root("print", folder)
        for name, before, after in _SPOKEN:
            edit(source, f"documents/{name}", (before, after))
        edit(source, "documents/drop.svg", ("</svg>", '<text y="9">हिन्दी</text></svg>'))
        head, _, _ = (source / "documents" / "plain.md").read_text("utf-8").partition("(plain-s1)=")
        said = "\n\n".join(
            f"(scripts-p{number})=\n[{text}]{{.language-{language.lower()}}}"
            for number, (language, text) in enumerate([*SENTENCES.items(), ("en", FONTLESS)], 1)
        )
        head = head.replace("language: de", "language: en").replace("lain letter", "ages in 新闻")
        text = head.replace("id: plain", "id: scripts") + said + "\n"
        (source / "documents" / "scripts.md").write_text(text, "utf-8")
        return printed(source)

    return once(tmp_path_factory, "spoken", make)


@pytest.fixture(scope="session")
def versions_print(versions_site: Built, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The archive of a text in six languages, printed, with its manifest."""

    def make(folder: Path) -> Built:
        source = Path(shutil.copytree(versions_site.source, folder))
        pages = built(source, builder="pdf")
        sealed(pages.site)
        return pages

    return once(tmp_path_factory, "versions-print", make)


@pytest.fixture(scope="session")
def volumes(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The archive of ``test-print`` in volumes of about three pages."""

    def make(folder: Path) -> Built:
        source = copy_root("print", folder)
        with (source / "conf.py").open("a", encoding="utf-8") as conf:
            conf.write("archive_pdf_volume_pages = 3\n")
        return printed(source)

    return once(tmp_path_factory, "volumes", make)


@pytest.fixture
def print_copy(print_archive: Built, tmp_path: Path) -> Path:
    """A copy of the printed archive with all that was built, to change and print again."""
    return Path(shutil.copytree(print_archive.source, tmp_path / "archive"))


@pytest.fixture
def kitchen(print_archive: Built) -> Print:
    return Print(print_archive.site / "documents" / "kitchen.pdf")


@pytest.fixture
def plain(print_archive: Built) -> Print:
    return Print(print_archive.site / "documents" / "plain.pdf")


@pytest.fixture
def combined(print_archive: Built) -> Print:
    return Print(print_archive.site / "archive.pdf")


def verapdf() -> str | None:
    """The command that validates, named by VERAPDF."""
    return os.environ.get("VERAPDF")
