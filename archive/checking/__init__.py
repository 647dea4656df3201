"""Checks a text against the archive: its anchors, addresses, citations and quotations.

``check`` answers in Python, ``checking.js`` in a browser.  Both read the same files and pass the
same vectors (``tests/checking/vectors.json``); this page is the specification of both.

1. Files
========

``documents/<id>.passages.json``   a document's passages as data; the command reads it.
``documents/<id>.passages.js``     the part of it that a check needs, as a script, because a page
                                   that is opened from a disk can load scripts and nothing else:
                                   ``checkData("documents/<id>", {…});`` and a line feed.  Keys:
                                   ``id``, ``title``, ``language``, ``passages`` (``anchor``,
                                   ``name``, ``locator``, ``text``, ``sha256``, ``within``,
                                   ``former``, ``history``), ``gone`` (``anchor``, ``state``,
                                   ``date``, ``target``, ``history``).  Empty values are left out.
                                   Passages and events stand as lists, ``index.packed`` says how;
                                   those of versions before 28 November 2026 as they are.
``check-index/overview.js``        ``checkData("overview", {…});``

    format      1
    name, base  what the archive is called, and its address ("" where it has none)
    day         the last day in the histories of its passages; "" without any
    issuers     the names of all issuers, each once, and what APA names several of them by in a text
    documents   rows [id, short title, language, year, issuer, …], sorted by id; ``year`` is ""
                where unknown, an issuer is a number in ``issuers``.  A document's number is
                its place.
    titles      the number of each document's full title, see 2; 0 for one of fewer than two parts
    publisher   the archive's name in citations
    gone        {anchor: [state, date, target]} of anchors whose document is not in ``documents``;
                state is "moved" or "withdrawn", ``target`` "" for none
    renamed     {id: id}: where the anchors of a document went that is not in ``documents``
    window      see 3
    files       how many files of words there are, at most 500

``check-index/words-<n>.js``       ``checkData("words-<n>", […]);`` pairs [step, document number]
                                   in one flat list, see 3.

2. Words
========

``plain(text)``: NFC; quotation marks folded as the fingerprint folds them (‘’‚‛′ to ', “”„‟″ to ");
soft hyphen, U+200B and U+FEFF removed; each run of white space one space, none at the ends.  Equal
to ``archive.model.passage.normalise``.  White space is U+0009–000D, 001C–0020, 0085, 00A0,
1680, 2000–200A, 2028, 2029, 202F, 205F and 3000.

A text is divided into tokens, each with its place in ``plain(text)``, by the first that matches:

    gap     …, or three or four full stops with or without single spaces between them; a bracket
            around it, [ ] or ( ), belongs to it
    dash    – — ― or two or three hyphens, or a hyphen between two spaces; said as "—"
    quote   any of " ' ‘ ’ ‚ ‛ “ ” „ ‟ « » ‹ › 「 」 『 』 〝 〞 〟 ` ´: no token, it separates
            words.  An apostrophe (') between two word characters belongs to the word
    hyphen  - U+2010 U+2011, and controls of direction: no token, they separate words
    word    one character of UNSPACED (``archive.search``), or a run of other word
            characters with apostrophes inside.  A word character is neither white space nor in
                                                 MARKS
            (``archive.checking.words``, whose TOKEN is this list as an expression)
    mark    any other character, by itself

The number of a title is crc32(UTF-8 of its first five parts, as section 5 has them, joined by
spaces).

The key of a word: lower case, NFKD, then without U+0300–036F, U+0591–05C7, U+0610–061A,
U+064B–065F, U+0670, U+0640 and apostrophes, then NFC.  Two tokens are equal if they are the same
characters; keys only find candidates.

3. The index of words
=====================

The number of a word is crc32(UTF-8 of its key) AND 0x03ffffff.  A run of 4 words of a passage
(marks and gaps left out) with the numbers a, b, c, d has the number
(a · 0x9e3779 + b · 0x85ebcb + c · 0xc2b2af + d) AND 0x03ffffff.  Of the numbers of a passage, in
order, each ``window`` of that many neighbours gives its least one to the index (of fewer, the least
of all): whatever has ``window + 3`` words in a row is found (winnowing: Schleimer, Wilkerson and
Aiken, 2003).  So are superseded wordings whose text is kept.  A fingerprint has the number of its
first 6 hexadecimal digits.  At most 32 documents, the first by number, stand under one number.

A number stands in the file ``number mod files``, with the value ``number div files``.  A file lists
its (value, document) pairs in ascending order, as: value minus that of the pair before (the first:
minus 0), document number.

``window`` is 1 up to 400,000 words in the archive, 3 up to 1,600,000, else 10.

A quotation is looked up by all its runs where the window is 1.  Else its runs are divided into
pieces of equal length, 2 or (up to 8) as many as it has 20 runs, and the least of each is looked
up: the least of all is in the index if the quotation stands there and is long enough.  Where it has
at most 3 documents, they are compared with the exact words before anything else is looked up.  The
documents that have most of them, the first by number of those that have as many, are compared: 12
for the exact words, 6 for the nearest.

4. Reading a text
=================

A text becomes blocks: its words, whether it is a quotation as a whole, its links (place, address),
and the line where it begins.

txt     blocks are parted by blank lines; lines are joined by spaces
md      as txt; lines that begin with ">" are a block that is a quotation; # and list marks at the
        begin of a line, and * and _ around words are taken off; fenced code is left out;
        [words](address) and <address> are links; a footnote [^1]: … is a block
html    p, li, h1–h6, td, th, dt, dd, div, figcaption, pre, blockquote and the like are blocks; what
        stands in blockquote is a quotation, and q has the marks “ ” around it; script, style and
        template are left out; a[href] is a link, and so is each address in an attribute cite or
        data-…, which is percent-decoded first (Zotero keeps citations there)

The mark of a note, [^1] in Markdown, is left out; for a quotation, the references of its note (the
first three) stand there, too.

A block without words gives its links to the next one.  The text of a block keeps its quotation
marks as they are (``spaced``): its places are those of ``plain``.

In a quotation as a whole, what follows a line break and begins with — or -- or ― is who said it,
and so is ``footer`` or ``cite`` in HTML.  It does not belong to the quotation, but to its block.

5. References
=============

An anchor is ``<document id>-<letter><number>``; a document id is lower-case letters, digits and
hyphens.  A line break after - / # = . & within an address or an anchor is taken out.  An address
whose "://" is percent-encoded is decoded first; of others, document and anchor are.

address      …documents/<id>.<anything>, at any host, with what follows # in any of the forms
             ``anchor``, ``nameddest=anchor``, ``page=3``, ``:~:text=…``, ``anchor:~:text=…``; and
             ``archive.pdf#nameddest=anchor``.  One whose document is neither known nor renamed is
             of our base (``unclear``, note ``unknown``) or none of ours (not reported).
anchor       outside an address; reported if its document is known or renamed, or it is in ``gone``
fingerprint  64 hexadecimal digits, or 12 to 63 with both letters and digits, that stand alone.
             One that follows an anchor or address within 200 characters belongs to it; any other is
             looked up, and not reported if it is nowhere.  What follows "tree head " is none.
citation     a document's short or full title with a locator after it (“ALA resolution, whereas 3”)
             or before it (“whereas 3 of the ALA resolution”); or an issuer, a year and a locator in
             one pair of brackets (“(American Library Association, 2021 or later, whereas 3)”).
             Behind a full title the locator may also stand within 24 parts behind the publisher (as
             in Bluebook and OSCOLA), or within 16 of the title with a word for a locator before it,
             but not behind the next title; and a full title with the publisher within 60 parts and
             no locator is a citation of the document (as APA's entry is).  An issuer and its year
             in brackets with no locator that a passage has, or the publisher and a year (APA, of a
             note), are ``unclear``: ``several``, ``unknown`` with a locator by its form; they are
             left out where another reference says what is cited: of the same document, or any.
             The words of titles and locators are compared, as ``parts`` in ``locate.js`` has
             them but with each character of UNSPACED by itself, with the name of a passage, whose
             beginning is the short title, and with what styles say in English for the letter of an
             anchor (``LETTERS`` in ``references.js``).  A title with a word for a locator (those of
             ``locate.js``, or "第") and a number that no passage has is ``unclear``, ``unknown``.

A text fragment is a quotation of its words, with a gap between its begin and its end, of the
passage or document; it has no findings of its own, but decides the state of its address.

References to one anchor in one block are one finding, the first; a citation in words is none
beside an address or an anchor of the same document in its block.  What is no finding by that, and
not unclear, is still the reference of a quotation that it stands beside.  A citation in words needs
a number; before a title it is joined to it by "of", "to", "the", "de", "la", "du" or the like.

6. Quotations
=============

A quotation is a block that is one, else what stands between marks in one block:
“ ”  „ “  „ ”  « »  » «  ‹ ›  › ‹  「 」  『 』  ‘ ’  ‚ ‘  " "  ' '  ” ”  `` ''
The outermost count.  What begins with the title of a document that is referenced in its block is
that title, and not reported, and so is a number, "to" and a title at its end (“Editor’s note 1 to
…”).  A mark that could open (nothing, a space, a bracket or a dash before
it, or a CJK mark) is matched with the next that could close.  For ‘ ’ and ' ', a mark between two
letters is an apostrophe; of up to four that could close, the first counts whose words are found
exactly, else the first.  More than 5,000 characters, or none of a word, are no quotation between
marks.  Of “ ”, « », ‹ ›, 「 」 and 『 』, those within others are matched first.

The reference of a quotation is the one that begins within 40 characters after its end, in its
block, without another quotation or the begin of a new sentence between ([.!?。], other marks, a
space, a letter or digit); else the one that ends within 40 characters before its begin, without
another quotation or any of .!?。 between.  Such a reference stands beside it.  Else, for a block,
it is the first of its own block, else of the block after, else the last of the block before; these
are asked first, and prove nothing.  In all other cases it is looked up by its words alone.

The words of a quotation, compared with the tokens of a wording:

- Marks at its begin and end are left out, and so are gaps there.
- A gap inside stands for any number of tokens, also across passages of one document.
- A word with a bracketed letter, [t]he, is the word without brackets, in either case.
- Other brackets, [word word], stand for up to 6 tokens, or none.  [sic] is nothing.
- The first letter may be in the other case (note ``case``; no difference where others are).
- A word that a hyphen divided at a line break is one word, or two.
- Where the wording itself has brackets or gaps at that place, they are compared as they stand.

The wordings of a document are its passages one after another, as of the day, and each superseded
wording whose text is kept.  A quotation of fewer than 4 words is compared with its reference alone;
of one that its passage does not have, ``differences`` with the nearest are told if half of its
words are equal there, and it stays ``unclear``: so few words may be the citer's own.

Nearest: the alignment of all its tokens with a part of a wording at the least cost.  A word of the
quotation that is changed or added costs 8, one of the wording that is left out 2; a mark 2 and 1.
A mark and a word are never aligned; gaps and brackets are left out of it.  Of two ways that cost
the same, the one is taken that ends last, and from there back goes: equal or changed, left out,
added. It is near if at least 4 of its words (3 beside its reference), and three quarters of them,
are equal there.  Of several that are near, the one of the least cost counts; first the
reference’s, then the wordings of the day, then earlier ones, in order.

First the document of its reference is asked for the exact words, then for the nearest; then so are
others.  (A quotation of one of two texts that say much the same is so held against the one that is
cited.)

7. Findings
===========

``found``        the words in the text, as ``plain``; of a quotation without its marks
``kind``         anchor, address, fingerprint, citation or quotation
``state``        see below
``line``         of the text, counted from 1
``anchor``       what is cited, or where the words of a quotation stand; a document's id for an
                 address without a passage
``target``       where a moved or withdrawn anchor leads
``sha256``       of the wording that stands
``differences``  pairs [in the text, in the wording]; "" for nothing.  Words that differ side by
                 side are one pair, as they stand in ``plain``
``note``         why, or what was allowed: a code, perhaps with ": value"

    stands     live on the day; of words: the wording of the day has them
               notes, the first that applies: ``elsewhere``: the words stand, but not in the
               passage that is cited beside them, whose document is known; ``since: DATE``: live on
               the day, gone or reworded after it; ``draft``: never published; ``ellipsis``,
               ``brackets``, ``case``
    reworded   the words, or the fingerprint, are those of an earlier wording
               note ``until: DATE``: the day from which it said other words
    moved      ``target`` says where, note ``since: DATE``
    withdrawn  note ``since: DATE``; ``target`` if it has a successor
    misquoted  the nearest wording has other words; note ``punctuation`` if only marks differ,
               ``until: DATE`` if the nearest is an earlier wording, ``absent`` if the passage that
               is cited beside it has nothing near and nor has any other
    outside    a quotation of nothing in the archive; note ``short`` for fewer than 4 words
    unclear    notes: ``unknown`` (the archive has no such anchor or document), ``later: DATE``
               (published after the day), ``page`` (pages are not permanent), ``several`` (it may be
               one of these), ``absent`` (short words that the cited passage does not have),
               ``fingerprint`` (it never had these words), ``unread`` (the document's file is
               missing), ``much`` (the text has more than is checked)

A text has at most 20,000,000 characters and 20,000 references and quotations; where it has more,
the last finding is ``unclear`` with the note ``much``.  The day is that given, else all that the
archive knows counts.  Findings come in the order of the text, a quotation before a reference that
begins in it.
"""
