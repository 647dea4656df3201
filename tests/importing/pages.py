"""Fifty web pages in the layouts that sites have, whose right text is known.

``python -m tests.importing.pages`` imports all of them, and prints for each how many of its words
came in (recall), how many that came in are right (precision), and what was warned of.  All texts
are our own.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice

from archive.importing import Finding, Text, importer, signs

GOAL = 0.97  # F1, of all pages together
LEAST = 0.7  # recall of a page that is not warned of


@dataclass(frozen=True)
class Story:
    """What a page says."""

    title: str
    paragraphs: tuple[str, ...]
    heading: str  # before the fourth paragraph
    items: tuple[str, ...]  # a list after the second paragraph
    note: str  # marked in the first paragraph; empty: none
    language: str = "en"

    @property
    def right(self) -> str:
        """All words that have to come in."""
        return "\n".join([self.title, *self.paragraphs, self.heading, *self.items, self.note])


_WHO = ("The committee", "A panel of three judges", "The union of reporters", "The ministry",
        "Counsel for the editors", "A witness from the harbour", "The town’s archive")  # fmt: skip
_DID = ("found that", "was told that", "held, after two days of hearings, that", "denied that",
        "asked the court to note that", "wrote on 4 May that")  # fmt: skip
_WHAT = ("no order had been signed before the search", "eleven accounts had been read in secret",
         "the list of names was kept for nine years", "nobody had answered the letters of March",
         "the originals were lost in a flood in 1997", "the rule leaves no room for exceptions",
         "a reporter may not be made to name a source")  # fmt: skip
_AND = ("which the chair did not dispute.", "and it named the days on which this happened.",
        "although the register of the court says otherwise.", "for reasons that remain sealed.",
        "and asked that the finding be published in full.")  # fmt: skip
_OTHER = {
    "de": ("Der Ausschuss stellte fest, dass die Akten seit neun Jahren nicht geöffnet wurden.",
           "Die Redaktion erhielt keine Antwort auf ihre Schreiben vom März und vom Mai.",
           "Nach Ansicht des Gerichts durfte niemand die Namen der Quellen verlangen.",
           "Der Minister bestritt das, nannte aber den Tag der Anordnung nicht.",
           "Die Urschriften gingen bei einem Hochwasser verloren, wie das Archiv mitteilte."),
    "ar": ("قالت اللجنة إن الأمر لم يوقع قبل تفتيش المكاتب في شهر مايو.",
           "طلب المحامي من المحكمة أن تنشر القرار كاملا دون حذف أي اسم.",
           "نفت الوزارة أن تكون قد قرأت رسائل الصحفيين خلال تسع سنوات.",
           "أكد الشاهد أن قائمة الأسماء بقيت محفوظة في مكتب الميناء.",
           "لم تصل النسخ الأصلية إلى اللجنة حتى يوم صدور هذا البيان."),
    "zh": ("委员会认定，在搜查之前没有任何命令得到签署，主席对此没有异议。",
           "记者工会要求法院公布全部裁决，并保留所有证人的姓名。",
           "该部否认在九年之内阅读过十一名记者的来往信件。",
           "律师说明，命令上所写的三天都是假日，法院当时没有开庭。",
           "声明发布之时，原件仍然没有送达委员会。"),
}  # fmt: skip


def story(seed: int, language: str = "en") -> Story:
    """A story of our own, the same for each seed."""
    chance = random.Random(seed)
    count = chance.randint(6, 12)
    if language != "en":
        sentences = _OTHER[language]
        texts = tuple(
            " ".join(islice(cycle(sentences[n % 5 :] + sentences[: n % 5]), 1 + n % 3))
            for n in range(count)
        )
        return Story(sentences[4], texts, sentences[2][:12], sentences[:2], "", language)

    def sentence() -> str:
        parts = (_WHO, _DID, _WHAT, _AND)
        return "{} {} {}, {}".format(*map(chance.choice, parts))

    texts = tuple(
        f"On day {n + 1} of {seed + 20}: "
        + " ".join(sentence() for _ in range(chance.randint(1, 4)))
        for n in range(count)
    )
    items = tuple(f"{chance.choice(_WHAT).capitalize()};" for _ in range(3)) if seed % 3 else ()
    note = f"Register of the court, volume {seed + 3}, page {count}." if seed % 2 else ""
    return Story(
        f"Statement {seed}: on the sealed orders", texts, "What follows from it", items, note
    )


# --- What surrounds a text

_MENU = "".join(f'<li><a href="/{n}">{n}</a></li>' for n in ("Home", "Our work", "Join", "Give"))
_CARDS = "".join(
    f'<article class="card"><h3><a href="/{n}">Older news {n}</a></h3><p>{_WHO[n]} {_DID[n]} '
    f"something else entirely, in another year. <a href=/{n}>Read more</a></p></article>"
    for n in range(4)
)
_COMMENTS = '<section id="comments"><h3>2 comments</h3>' + "".join(
    f'<div class="comment"><p class="meta">Reader {n} says:</p><p>I was there in person that '
    "day, and I can tell you that nobody in the room believed a word of it.</p></div>"
    for n in range(2)
) + '<form><textarea name="c"></textarea><button>Send</button></form></section>'  # fmt: skip
_SHARE = '<div class="share-buttons"><a href="#">Tweet</a> <a href="#">Share</a> 312 shares</div>'
_SIGN = (
    '<div class="newsletter-signup"><p>Get our weekly letter. No spam, and you can leave at any '
    "time.</p><form><input><button>Sign up</button></form></div>"
)
_COOKIES = (
    '<div id="cookie-consent" role="dialog"><p>We and our partners store information on your '
    "device to show you what you like. You may refuse.</p><button>Accept all</button></div>"
)
_FOOT = "<footer><p>© The Union. All rights reserved.</p><a href=/imprint>Imprint</a></footer>"
_RELATED = (
    '<aside class="related"><h4>More on this</h4><ul><li><a href=/a>Ten years of sealed files</a>'
    "</li><li><a href=/b>What an order may say</a></li></ul></aside>"
)


def _marked(story: Story) -> list[str]:
    first, *rest = story.paragraphs
    return [first + ('<sup><a href="#fn1">1</a></sup>' if story.note else ""), *rest]


def body(
    story: Story, inside: str = "", *, p: str = "<p>{}</p>", h: str = "<h2>{}</h2>"
) -> str:  # fmt: skip
    """The text as HTML; ``inside`` is furniture in the midst of it."""
    parts = [p.format(text) for text in _marked(story)]
    parts.insert(3, h.format(story.heading))
    if story.items:
        parts.insert(2, "<ul>" + "".join(f"<li>{item}</li>" for item in story.items) + "</ul>")
    parts.insert(4, inside)
    if story.note:
        parts.append(f'<ol class="footnotes"><li id="fn1">{story.note}</li></ol>')
    return "\n".join(parts)


def _page(story: Story, inside: str, head: str = "") -> str:
    direction = ' dir="rtl"' if story.language == "ar" else ""
    return (
        f'<!doctype html><html lang="{story.language}"{direction}><head><meta charset="utf-8">'
        f"<title>{story.title} – The Union</title>{head}</head><body>{inside}</body></html>"
    )


# --- The layouts


def blog(story: Story) -> str:
    return _page(
        story,
        f"""<header class="site"><nav><ul>{_MENU}</ul></nav></header>
<div id="content"><article class="post hentry"><h1 class="entry-title">{story.title}</h1>
<div class="entry-content">{body(story, _SIGN)}{_SHARE}</div></article>{_COMMENTS}</div>
<div id="sidebar" class="widget-area"><div class="widget"><h3>Archives</h3><ul>{_MENU}</ul></div>
</div>{_FOOT}""",
    )


def server_form(story: Story) -> str:
    return _page(
        story,
        f"""<form method="post" action="default.aspx" id="aspnetForm">
<div id="s4-workspace"><div class="topnav"><ul>{_MENU}</ul></div><div class="ms-rtestate-field">
<h1>{story.title}</h1>{body(story)}</div><div id="rightcol"><p><a href="/x">Calendar</a></p></div>
<input type="hidden"></div></form>{_FOOT}""",
    )


def promo_first(story: Story) -> str:
    return _page(
        story,
        f"""{_COOKIES}<ul class="menu">{_MENU}</ul><div class="side">
<article class="promo"><h2>Keep the line open</h2><p>Send a message to your senator now. It takes
a minute, and it counts.</p><a href="/act">Act</a></article></div><div class="node">
<h1>{story.title}</h1><div class="field-body">{body(story)}</div></div>{_FOOT}""",
    )


def cards(story: Story) -> str:
    return _page(
        story,
        f"""<nav><ul>{_MENU}</ul></nav><div class="wrap"><h1>{story.title}</h1>
<div class="story">{body(story, _SHARE)}</div></div><section class="river">{_CARDS}</section>
{_FOOT}""",
    )


def crowded(story: Story) -> str:
    return _page(
        story,
        f"""{_COOKIES}<main><article><h1>{story.title}</h1>{_SHARE}
{body(story, _SIGN)}{_RELATED}{_COMMENTS}</article></main>{_FOOT}""",
    )


def tables(story: Story) -> str:
    return _page(
        story,
        f"""<table width="100%"><tr><td colspan="2"><a href="/">Home</a> |
<a href="/join">Join</a> | <a href="/give">Give</a></td></tr><tr><td width="150" valign="top">
<a href="/1">News</a><br><a href="/2">Events</a><br><a href="/3">Links</a></td><td>
<h1>{story.title}</h1>{body(story)}</td></tr><tr><td colspan="2"><small>© The Union</small></td>
</tr></table>""",
    )


def line_breaks(story: Story) -> str:
    text = "<br><br>".join(_marked(story)[:3])
    rest = "<br><br>".join(_marked(story)[3:])
    items = "".join(f"<li>{item}</li>" for item in story.items)
    note = f'<p id="fn1">{story.note}</p>' if story.note else ""
    return _page(
        story,
        f"""<div class="nav"><a href="/">Home</a> <a href="/join">Join</a></div>
<h1>{story.title}</h1><div class="text">{text}<ul>{items}</ul><h2>{story.heading}</h2>{rest}</div>
{note}<div class="bottom"><a href="/imprint">Imprint</a></div>""",
    )


def soup(story: Story) -> str:
    each = '<div class="e-con-inner"><div class="e-w"><div class="e-t"><p>{}</p></div></div></div>'
    title = '<div class="e-w"><div class="e-h"><h2>{}</h2></div></div>'
    return _page(
        story,
        f"""<div class="e-nav"><ul>{_MENU}</ul></div><div class="e-page">
<div class="e-con"><h1>{story.title}</h1></div>{body(story, _SIGN, p=each, h=title)}</div>
<div class="e-foot"><p>The Union, 4 Harbour Street. Write to us.</p><ul>{_MENU}</ul></div>""",
    )


def hidden(story: Story) -> str:
    return _page(
        story,
        f"""<nav><ul>{_MENU}</ul></nav><div style="display: none"><p>You are
offline. Parts of this page may be out of date until you connect again.</p></div>
<noscript><p>Turn on scripts to read the comments on this page, please.</p></noscript>
<main><h1>{story.title}</h1><p hidden>A draft of this text was read by six people.</p>
{body(story)}</main>{_FOOT}""",
    )


def office(story: Story) -> str:
    return _page(
        story,
        f"""<div id="page"><div id="breadcrumb"><a href="/">Home</a> &gt;
<a href="/s">Statements</a></div><div class="col-md-3"><div class="list-group">{_MENU}</div></div>
<div class="col-md-9" role="main"><h1>{story.title}</h1><div class="tags"><a href="/t">Courts</a>
<a href="/u">Press</a></div>{body(story)}<p class="print"><a href="#">Print this page</a></p></div>
</div>{_FOOT}""",
        '<meta property="og:site_name" content="The Union">',
    )


LAYOUTS: tuple[Callable[[Story], str], ...] = (
    blog, server_form, promo_first, cards, crowded, tables, line_breaks, soup, hidden, office,
)  # fmt: skip


def pages() -> Iterator[tuple[str, bytes, Story]]:
    """The fifty pages: their names, their bytes and what they say."""
    for number, layout in enumerate(LAYOUTS):
        for seed in range(3):
            told = story(10 * number + seed)
            yield f"{layout.__name__}-{seed}", layout(told).encode(), told
        told = story(number, ("de", "ar", "zh")[number % 3])
        yield f"{layout.__name__}-{told.language}", layout(told).encode(), told
    for number, layout in enumerate(LAYOUTS):
        told = story(number, "zh")
        labelled = layout(told).replace("utf-8", "gb2312")
        yield f"{layout.__name__}-gb2312", labelled.encode("gb18030"), told


def score(text: Text, right: str) -> tuple[float, float, float]:
    """F1, precision and recall of the words that came in; of Chinese, of its signs."""
    blocks = [*(each.text for each in text.blocks), *(each.text for each in text.notes)]
    got, want = Counter(signs("\n".join(blocks))), Counter(signs(right))
    common = sum((got & want).values())
    precision, recall = common / max(1, sum(got.values())), common / max(1, sum(want.values()))
    return 2 * common / max(1, sum(got.values()) + sum(want.values())), precision, recall


def is_warned(text: Text) -> bool:
    """Whether the page has to be confirmed."""
    return any(remark.finding is Finding.DOUBT for remark in text.remarks)


def main() -> int:
    """Import all pages; 0 where the goals are reached."""
    total = []
    silent = 0
    for name, data, told in pages():
        text = importer.read(data, "page.html")
        f1, precision, recall = score(text, told.right)
        total.append(f1)
        silent += recall < LEAST and not is_warned(text)
        warned = " warned" if is_warned(text) else ""
        print(f"{name:22} F1 {f1:.3f}  precision {precision:.3f}  recall {recall:.3f}{warned}")
    mean = sum(total) / len(total)
    print(f"{len(total)} pages: F1 {mean:.3f} (goal {GOAL}), {silent} lost without a warning")
    return 0 if mean >= GOAL and not silent else 1


if __name__ == "__main__":
    sys.exit(main())
