"""Bad and hostile input, as data: what is put in, and the rule that has to be named.

A document's body begins on line 22 of its file.  ``None`` for a rule says that the input is no
mistake, and has to be rendered inert.
"""

from __future__ import annotations

HEAD = """---
id: {id}
title: {id}
short-title: {id}
issuer: X
kind: letter
date: 2020-02-03
language: en
subjects:
  - Tests
source:
  publisher: X
  title: unknown
  address: unknown
  sha256: 0000000000000000000000000000000000000000000000000000000000000000
  paragraphs: 1
rights: Free.
status: issued
---

({id}-p1)=
"""
FIRST_LINE = 22

# Bodies of documents, by the id of the document: the text, and a word of what is told of it.
BODIES: dict[str, tuple[str, str | None]] = {
    "raw-block": ("<script>alert(1)</script>", "markup-raw"),
    "raw-inline": ("Hi <b onclick=x>b</b> <img src=x onerror=alert(1)>", "markup-raw"),
    "raw-iframe": ("<iframe src='https://evil.example'></iframe>", "markup-raw"),
    "raw-svg": ("Hi <svg onload=alert(1)>", "markup-raw"),
    "raw-style": ("<style>@import 'https://evil.example'</style>", "markup-raw"),
    "raw-base": ("<base href='https://evil.example'>", "markup-raw"),
    "raw-comment": ("<!--><script>alert(1)</script>-->\n\nText.", "anchor-missing-passage"),
    "raw-cdata": ("Hi <![CDATA[<script>alert(1)</script>]]>", "markup-raw"),
    "raw-pi": ("Hi <?php echo 1 ?>", "markup-raw"),
    "raw-directive": ("```{raw} html\n<script>alert(1)</script>\n```", "directive-refused"),
    "raw-file": ("```{raw} html\n:file: /etc/passwd\n```", "directive-refused"),
    "raw-zero": ("```{raw} html\n:file: /dev/zero\n```", "directive-refused"),
    "raw-role": ("```{role} r(raw)\n:format: html\n```\n{r}`<script>3</script>`", "markup-raw"),
    "raw-rst": (
        "```{eval-rst}\n.. raw:: html\n\n   <script>4</script>\n```", "directive-refused"),
    "meta": (
        "```{meta}\n:http-equiv=refresh: 0;url=https://evil.example\n```", "directive-refused"),
    "include-absolute": ("```{include} /etc/passwd\n```", "directive-refused"),
    "include-up": ("```{include} ../../../../../../etc/passwd\n```", "directive-refused"),
    "include-itself": ("```{include} include-itself.md\n```", "directive-refused"),
    "include-rst": ("```{eval-rst}\n.. include:: /etc/passwd\n```", "directive-refused"),
    "literalinclude": ("```{literalinclude} ../../../../etc/passwd\n```", "directive-refused"),
    "table-file": ("```{csv-table}\n:file: /etc/passwd\n```", "directive-refused"),
    "table-url": ("```{csv-table}\n:url: https://evil.example\n```", "directive-refused"),
    "download": ("{download}`x <../../../../../../etc/passwd>`", "file-outside"),
    "image-outside": ("![a](../../../../../../etc/passwd.png)", "file-outside"),
    "image-built": ("![a](../_build/html/x.png)", "file-outside"),
    "image-linked": ("![a](linked.png)", "file-outside"),
    "image-remote": ("![a](https://evil.example/x.png)", "image-elsewhere"),
    "image-no-scheme": ("![a](//evil.example/x.png)", "image-elsewhere"),
    "image-data": ("![a](data:image/png;base64,AAAA)", "image-elsewhere"),
    "image-script": ("```{image} javascript:alert(1)\n:alt: x\n```", "image-elsewhere"),
    "image-target": (
        "```{image} dot.png\n:alt: x\n:target: javascript:alert(1)\n```", "link-scheme"),
    "image-drawing": ("![a](evil.svg)", "asset-drawing"),
    "image-any": ("```{image} dot.*\n:alt: x\n```", "asset-type"),
    "image-film": ("```{image} film.mp4\n:alt: x\n```", "asset-type"),
    "image-embedded": ("```{image} drop.svg\n:alt: x\n:loading: embed\n```", None),
    "image-other": ("![a](other.png)", "asset-content"),
    "link-page": ("[annex](evil.html)", "asset-type"),
    "link-drawing": ("[annex](drop.svg)", "asset-type"),
    "download-page": ("{download}`annex <evil.html>`", "asset-type"),
    "download-script": ("{download}`annex <evil.js>`", "asset-type"),
    "download-link": ("{download}`annex <javascript://%0aalert(1)/a.pdf>`", "link-scheme"),
    "download-inert": ("{download}`annex <dot.png>`", None),
    "image-missing": ("![a](nothing.png)", "image.not_readable"),
    "figure-outside": ("```{figure} ../../../../../../etc/passwd\nx\n```", "file-outside"),
    "link-script": ("[x](javascript:alert(1)) <javascript:alert(1)>", None),
    "link-case": ("[x](JaVaScRiPt:alert(1)) [z](&#x6A;avascript:alert(1))", None),
    "link-data": ("[y](data:text/html,hi) [v](vbscript:x) [f](file:///etc/passwd)", None),
    "link-ftp": ("[x](ftp://evil.example/x)", "link-scheme"),
    "link-rst": ("```{eval-rst}\n`x <javascript:alert(1)>`__\n```", "link-scheme"),
    "link-rst-tab": ("```{eval-rst}\n`x <java\tscript:alert(1)>`__\n```", None),
    "link-rst-data": ("```{eval-rst}\n`x <data:text/html;base64,AAAA>`__\n```", "link-scheme"),
    "attributes": ("[x](https://a.example){onclick=alert(1) style=x}", None),
    "attributes-span": ("[word]{.a onclick=alert(1)} follows", None),
    "attributes-class": ("{.\"><script> #x\"y}\nPara", "markup-raw"),
    "class-hidden": ("{.visually-hidden}\nHello", "class-refused"),
    "class-anchor": ("{#class-anchor-p2 .visually-hidden}\nHello", "class-refused"),
    "class-inline": ("Hello [there]{.visually-hidden}.", "class-refused"),
    "class-option": ("```{note}\n:class: visually-hidden\nHello\n```", "class-refused"),
    "class-yaml": ("```{note}\n---\nclass: only-dark\n---\nHello\n```", "class-refused"),
    "class-container": ("```{container} visually-hidden\nHello\n```", "class-refused"),
    "class-rst": ("```{eval-rst}\n.. rst-class:: headerlink\n\nHello\n```", "directive-refused"),
    "class-role": (
        "```{role} hid\n:class: visually-hidden\n```\n\nHello {hid}`there`", "class-refused"),
    "class-figure": ("```{figure} dot.png\n:figclass: mobile-header\nHi\n```", "class-refused"),
    "class-table": (
        "```{list-table}\n:class: sidebar-drawer\n* - a\n```", "class-refused"),
    "class-engine": ("{.stated-in}\nHello", "class-refused"),
    "class-note": ("{.editors-note}\nHello", "class-refused"),
    "class-notice": ("{.tombstone-notice}\nHello", "class-refused"),
    "class-event": (
        "```{event} 2020\n:passages: alpha-p1\n\n{.visually-hidden}\nHello\n```",
        "class-refused"),
    "class-other": ("{.mine}\nHello [there]{.own lang=fr}.", None),
    "image-attributes": ("![\"><script>6</script>](dot.png \"t\")", None),
    "link-title": ("[x](https://a.example \"'><script>1</script>\")", None),
    "code-markup": ("`<script>1</script>` and `</code><script>`", None),
    "code-block": ("```\n</pre><script>1</script>\n```", None),
    "entity-markup": ("&lt;script&gt;alert(1)&lt;/script&gt;", None),
    "abbreviation": ("{abbr}`X (\"><script>5</script>)` is", None),
    "index": ("{index}`x <single: \"><script>7</script>>` is", None),
    "math-markup": ("Formulas aside, {kbd}`</kbd><script>` is", None),
    "only": ("```{only} __import__('os').system('true')\nx\n```", "directive-refused"),
    "only-elsewhere": ("```{only} latex\nNo page shows it.\n```", "directive-refused"),
    "toctree": ("```{toctree}\njavascript:alert(1)\n../../../etc/passwd\n```", "toc.not_readable"),
    "nul": ("Hello \x00 there", "character-unseen"),
    "bell": ("Hello \x07 there", "character-unseen"),
    "escape": ("Hello \x1b[2J there", "character-unseen"),
    "form-feed": ("Hello \x0c there", "character-unseen"),
    "delete": ("Hello \x7f there", "character-unseen"),
    "next-line": ("Hello \x85 there", "character-unseen"),
    "c1-control": ("Hello \x9b there", "character-unseen"),
    "line-separator": ("Hello \u2028 there", "character-unseen"),
    "paragraph-separator": ("Hello \u2029 there", "character-unseen"),
    "override": ("Hello \u202e evil \u202c", "character-unseen"),
    "embedding": ("Hello \u202a evil", "character-unseen"),
    "isolate": ("Hello \u2067 evil", "character-unseen"),
    "override-entity": ("Hello &#x202e; evil", "character-unseen"),
    "override-in-code": ("Hello `\u2066` evil", "character-unseen"),
    "bom-within": ("Hello \ufeff there", "character-unseen"),
    "noncharacter": ("Hello \ufffe there", "character-unseen"),
    "annotation": ("Hello \ufff9 there", "character-unseen"),
    "tags": ("Hello \U000e0041\U000e0042 there", "character-unseen"),
    "marks": ("a" + "\u0301" * 60_000, "character-stacked"),
    "marks-joiners": ("a" + "\u200d\u0301" * 40, "character-stacked"),
    "marks-entities": ("a" + "&#x301;" * 31, "character-stacked"),
    "marks-few": ("a" + "\u0301" * 30 + " \u0e17\u0e35\u0e48", None),
    "entity-nul": ("Hello &#0; &#xD800; there", None),
    "right-to-left": ("He said \u200fשלום\u200e and left", None),
    "joiners": ("نامه\u200cای", None),
    "carriage-returns": ("Hello\rthere\rworld", None),
    "windows-lines": ("Hello\r\nthere\r\n", None),
    "astral": ("Hello \U0001f600 \U00020000", None),
    "anchor-repeated": ("(anchor-repeated-p1)=\n\nHello", "anchor-repeated"),
    "anchor-missing": ("One.\n\nTwo.", "anchor-missing-passage"),
    "anchor-other": ("(other-p1)=\nHello.", "anchor-misnamed"),
    "anchor-markup": ("(x\"><script>)=\nPara", None),
    "anchor-long": (f"({'a' * 3000}-p1)=\nHello.", "anchor-misnamed"),
    "heading-without": ("Para\n\n## Heading", "anchor-missing-heading"),
    "citation": ("x {cite:p}`nokey`", "bibtex.key_not_found"),
    "role": ("x {nosuch}`y`", "myst.role_unknown"),
    "directive": ("```{nosuch}\nx\n```", "myst.directive_unknown"),
    "directive-option": ("```{note}\n:nosuch: x\n\ny\n```", "myst.directive_option"),
    "term": ("{term}`nosuchterm`", "ref.term"),
    "footnote": ("x [^nofn]", "nofn"),
    "reference": ("[](#nosuch)", "myst.xref_missing"),
    "label": ("{ref}`nosuch`", "ref.ref"),
    "lexer": ("```{code-block} nosuchlexer\n<script>\n```", "highlighting_failure"),
    "unclosed": ("```{note}\nx", None),
    "brackets": ("[" * 5000, None),
    "emphasis": ("*a **b " * 1000, None),
    "backticks": ("x " + "`" * 3001 + " x", None),
    "long-line": ("a" * 300_000, None),
    "wide-table": ("|" + "a|" * 200 + "\n|" + "-|" * 200 + "\n" + "|" + "b|" * 200, None),
    "long-table": ("|a|b|\n|-|-|\n" + "|c|d|\n" * 500, None),
    "quotations": ("> " * 50 + "x", None),
    "typst": ('#import "x"; #panic() \\ " $x$ #{ [ ] } @a <b', None),
    "latex": (r"\input{/etc/passwd} \immediate\write18{x} $x$ {", None),
    "bibtex": ("@article{x, title = {y}} % ~ ^", None),
    "template": ("{{ 7 * 7 }} {% include 'x' %} |x|", None),
    "formats": ("%s %(x)s {0} ${x} $(x) `x`", None),
}  # fmt: skip

# Files beside the documents.
BESIDE: dict[str, bytes] = {
    "evil.html": b"<script>alert(1)</script>",
    "evil.js": b"alert(1)",
    "evil.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "other.png": b"<script>alert(1)</script>",
    "film.mp4": b"\0\0\0\x18ftyp",
}

# Values of the record: the line to put in the place of the line that begins with its key.
RECORD: dict[str, tuple[str, str]] = {
    "id-other": ("id: other", "record-id-misnamed"),
    "id-path": ("id: ../../etc/passwd", "record-id"),
    "id-markup": ("id: <script>", "record-id"),
    "id-empty": ("id:", "record-value-empty"),
    "title-empty": ("title: ''", "record-value-empty"),
    "title-list": ("title: [a, b]", "record-value-form"),
    "title-mapping": ("title: {a: b}", "record-value-form"),
    "title-lines": ('title: "a\\nb"', "record-value-control"),
    "title-nul": ('title: "a\\0b"', "record-value-control"),
    "title-bell": ('title: "a\\ab"', "record-value-control"),
    "title-override": ('title: "a\\u202eb"', "record-value-control"),
    "title-marks": ('title: "a' + "\\u0301" * 31 + '"', "record-value-control"),
    "title-isolate": ('title: "a\\u2066b"', "record-value-control"),
    "title-surrogate": ('title: "a\\ud800b"', "record-"),
    "title-noncharacter": ('title: "a\\ufffeb"', "record-value-control"),
    "title-colon": ("title: a: b: c", "record-syntax"),
    "title-quote": ('title: "a', "record-syntax"),
    "title-bracket": ("title: [a", "record-syntax"),
    "title-tag": ("title: !!python/object/apply:os.system [true]", "record-"),
    "title-alias": ("title: *a", "record-"),
    "title-anchor": ("title: &a [*a]", "record-"),
    "title-twice": ("title: a\ntitle: b", "record-key-repeated"),
    "title-tab": ("title:\n\t- a", "record-syntax"),
    "key-unknown": ("title: a\nscript: b", "record-key-unknown"),
    "key-missing": ("# nothing", "record-key-missing"),
    "key-merge": ("title: a\n<<: {a: b}", "record-key-unknown"),
    "bomb": ("title: a\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "record-alias"),
    "kind-unknown": ("kind: sermon", "record-"),
    "date-wrong": ("date: 2021-13-45", "record-date"),
    "date-words": ("date: last tuesday", "record-date"),
    "date-long": ("date: '99999999999999999999'", "record-date"),
    "date-script": ("date: <script>", "record-date"),
    "language-wrong": ("language: the queen's", "record-language"),
    "language-script": ('language: en"><script>', "record-language"),
    "status-unknown": ("status: pending", "record-"),
    "rights-empty": ("rights: ' '", "record-value-empty"),
    "subjects-text": ("subjects: Tests", "record-"),
    "subjects-nested": ("subjects: []", "record-"),
    "source-text": ("source: a book", "record-"),
    "address-script": ("  address: javascript:alert(1)", "record-address"),
    "address-data": ("  address: data:text/html,x", "record-address"),
    "address-file": ("  address: file:///etc/passwd", "record-address"),
    "address-markup": ('  address: https://x.example/"><script>', "record-address"),
    "address-space": ("  address: https://x.example/a b", "record-address"),
    "sha256-short": ("  sha256: abc", "record-"),
    "sha256-upper": (f"  sha256: {'A' * 64}", "record-"),
    "paragraphs-negative": ("  paragraphs: -1", "record-count"),
    "paragraphs-words": ("  paragraphs: many", "record-count"),
    "paragraphs-huge": ("  paragraphs: 99999999999", "record-count"),
    "deep": ("title: " + "[" * 200 + "]" * 200, "record-"),
}

# Each line of it is twice as long as the one before.
DOUBLING = '@string{a0 = "x"}\n' + "".join(
    f"@string{{a{number + 1} = a{number} # A{number}}}\n" for number in range(30)
)

# Files of references, and the rule that is named.
BIBS: dict[str, tuple[bytes, str]] = {
    "latin-1": (b"@online{one, title = {caf\xe9}}", "not-utf-8"),
    "utf-16": ("@online{one, title = {x}}".encode("utf-16"), "not-utf-8"),
    "nul": (b"@online{one, title = {a\x00b}}", "character-unseen"),
    "override": ("@online{one, title = {a\u202eb}}".encode(), "character-unseen"),
    "escape": (b"@online{one, title = {a\x1b[2Jb}}", "character-unseen"),
    "marks": (
        "@online{one, title = {a%s}}".replace("%s", "\u0301" * 31).encode(),
        "character-stacked",
    ),
    "twice": (b"@online{one, title = {a}}\n@online{one, title = {b}}", "reference-repeated"),
    "twice-case": (b"@online{one, title = {a}}\n@online{One, title = {b}}", "reference-repeated"),
    "no-key": (b"@online{, title = {a}}", "reference-"),
    "key-markup": (b"@online{<script>, title = {a}}", "reference-key"),
    "key-quote": (b'@online{a"b, title = {a}}', "reference-key"),
    "deep": (b"@online{one, title = " + b"{" * 500 + b"a" + b"}" * 500 + b"}", "nested-too-deep"),
    "url-script": (b"@online{one, title = {a}, url = {javascript:alert(1)}}", "reference-address"),
    "url-tab": (b"@online{one, title = {a}, url = {java\tscript:alert(1)}}", "reference-address"),
    "url-data": (b"@online{one, title = {a}, url = {data:text/html,x}}", "reference-address"),
    "url-words": (b"@online{one, title = {a}, url = {see the site}}", "reference-address"),
    "doi-script": (b"@online{one, title = {a}, doi = {javascript:alert(1)}}", "reference-doi"),
    "doi-address": (b"@online{one, title = {a}, doi = {https://doi.org/10.1/x}}", "reference-doi"),
    "backslash": (b"@online{one, title = {a\\}}", "reference-"),
    "backslash-end": (b"@online{one, title = {a \\{ b}}", "reference-"),
    "unclosed": (b"@online{one, title = {a}", "reference-syntax"),
    "no-comma": (b"@online{one title = {a}}", "reference-syntax"),
    "no-equals": (b"@online{one, title {a}}", "reference-syntax"),
    "quote-open": (b'@online{one, title = "a}', "reference-syntax"),
    "doubling": (DOUBLING.encode(), "reference-string"),
    "doubling-itself": (b'@string{a = "xyz"}\n' + b"@string(a = a # a)\n" * 30, "reference-string"),
    "doubling-one-line": (DOUBLING.replace("\n", " ").encode(), "reference-string"),
    "repeated-string": (
        b"@string{a = {" + b"x" * 100_000 + b"}}\n@online{one, title = a" + b" # a" * 400 + b"}",
        "reference-string",
    ),
    "date-large": (b"@online{one, title = {a}, date = {9999999/0000}}", "reference-date"),
    "date-words": (b"@online{one, title = {a}, date = {last tuesday}}", "reference-date"),
    "year-words": (b"@online{one, title = {a}, year = {MMXX}}", "reference-date"),
    "urldate": (b"@online{one, title = {a}, urldate = {2020-02-31}}", "reference-date"),
    "title-url": (b"@online{one, title = {\\url{javascript:alert(1)}}}", "reference-address"),
    "title-url-two": (b"@online{one, title = {\\url{java}\\url{script:a}}}", "reference-address"),
    "title-url-parts": (
        b'@string{a = "\\url"}\n@online{one, title = a # "{javascript:a}"}',
        "reference-address",
    ),
    "title-url-tab": (b"@online{one, title = {\\url{java\tscript:a}}}", "reference-address"),
    "title-url-grouped": (b"@online{one, title = {{\\url} {javascript:a}}}", "reference-latex"),
    "title-url-relative": (b"@online{one, title = {\\url{index.html}}}", "reference-address"),
    "author-url": (
        b"@online{one, title = {a}, author = {{\\url{data:text/html,a}}}}",
        "reference-address",
    ),
    "undefined-string": (b"@online{one, title = nosuch}", "reference-syntax"),
}

# Lines of a ledger, and the rule that is named.
_OK = '{"date": "2026-11-22", "event": "publish", "anchor": "a-p1", "sha256": "' + "0" * 64 + '"}'
LEDGERS: dict[str, tuple[bytes, str]] = {
    "latin-1": (b'{"date": "caf\xe9"}\n', "ledger-encoding"),
    "mark": (b"\xef\xbb\xbf" + _OK.encode() + b"\n", "ledger-encoding"),
    "utf-16": (_OK.encode("utf-16"), "ledger-"),
    "no-end": (_OK.encode(), "ledger-line-end"),
    "windows": (_OK.encode() + b"\r\n", "ledger-"),
    "blank": (b"\n", "ledger-blank"),
    "not-json": (b"publish a-p1\n", "ledger-json"),
    "cut-off": (_OK[:50].encode() + b"\n", "ledger-json"),
    "list": (b"[1, 2]\n", "ledger-json"),
    "number": (b"1e999\n", "ledger-json"),
    "nan": (b"NaN\n", "ledger-json"),
    "deep": (b"[" * 100_000 + b"\n", "ledger-json"),
    "digits": (b"9" * 10_000 + b"\n", "ledger-json"),
    "nul": (b"\x00\n", "ledger-json"),
    "conflict": (b"<<<<<<< HEAD\n", "ledger-json"),
    "no-keys": (b"{}\n", "ledger-"),
    "more-keys": (_OK[:-1].encode() + b', "x": "y"}\n', "ledger-keys"),
    "key-twice": (_OK[:-1].encode() + b', "date": "2026-11-22"}\n', "ledger-keys"),
    "not-text": (_OK.replace('"2026-11-22"', "7").encode() + b"\n", "ledger-keys"),
    "event": (_OK.replace("publish", "erase").encode() + b"\n", "ledger-"),
    "date": (_OK.replace("2026-11-22", "2026-13-45").encode() + b"\n", "ledger-date"),
    "sha256": (_OK.replace("0" * 64, "xyz").encode() + b"\n", "ledger-sha256"),
    "anchor-path": (_OK.replace("a-p1", "../../x").encode() + b"\n", "ledger-anchor"),
    "anchor-script": (_OK.replace("a-p1", "<script>").encode() + b"\n", "ledger-anchor"),
    "anchor-override": (_OK.replace("a-p1", "a\u202e-p1").encode() + b"\n", "ledger-anchor"),
    "twice": ((_OK + "\n" + _OK + "\n").encode(), "ledger-published-twice"),
}

# Whole files in the folder of documents, which no page can be read from, and the rule.
FILES: dict[str, tuple[bytes, str]] = {
    "latin-1": (b"---\nid: x\n---\ncaf\xe9\n", "not-utf-8"),
    "utf-16": ("---\nid: x\n---\nHello\n".encode("utf-16"), "not-utf-8"),
    "utf-32": ("---\nid: x\n---\nHello\n".encode("utf-32"), "not-utf-8"),
    "surrogates": (b"---\nid: x\n---\n\xed\xa0\x80\n", "not-utf-8"),
    "overlong": (b"---\nid: x\n---\n\xc0\xaf\n", "not-utf-8"),
    "cut-off": ("---\nid: x\n---\né".encode()[:-1], "not-utf-8"),
    "random": (bytes(range(256)), "not-utf-8"),
    "zip": (b"PK\x03\x04\xff\xfe\x00", "not-utf-8"),
    "too-large": (b"a\n" * 2_200_000, "file-too-large"),
    "quotations": (b"> " * 3000 + b"x\n", "nested-too-deep"),
    "lists": (b"- " * 3000 + b"x\n", "nested-too-deep"),
    "numbers": (b"1. " * 300 + b"x\n", "nested-too-deep"),
    "indented": ("".join("  " * i + "- x\n" for i in range(300)).encode(), "nested-too-deep"),
    "colons": (b":" * 400 + b"{note}\nx\n", "nested-too-deep"),
    "fences": (b"`" * 400 + b"{note}\nx\n", "nested-too-deep"),
}

# Links put into the folder of documents, and where they lead.
LINKS = {"passwd": "/etc/passwd", "up": "../../outside.md", "device": "/dev/zero"}

# A value for each text of a record, which has to come out of every format as it went in.
INJECTION = (
    "\"'><script>alert(1)</script><!-- ]]> & \\ {x} }{ $y$ %z #w @q, and; {{ 7*7 }} </title>"
)


def count() -> dict[str, int]:
    """How many inputs of each kind there are."""
    return {
        "documents": len(BODIES), "records": len(RECORD), "references": len(BIBS),
        "ledgers": len(LEDGERS), "files": len(FILES) + len(LINKS) + len(BESIDE),
    }  # fmt: skip


if __name__ == "__main__":
    kinds = ", ".join(f"{number} {kind}" for kind, number in count().items())
    print(f"hostile input: {sum(count().values())} inputs ({kinds}), each told or inert")
