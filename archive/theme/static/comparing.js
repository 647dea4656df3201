// Says what became of what a text refers to, and of the words that it quotes.
// archive/checking/__init__.py specifies it in the sections 5 to 7; archive/checking/comparing.py is
// the same in Python.
"use strict";

const comparing = (() => {
  const { numbers, RUN } = wording;
  const { anchorOf } = references;
  const { brokenJoined, nearest, placeOf } = matching;

  const found = (base, state, more = {}) => ({ ...base, state, ...more });
  const unclear = (base, note, more = {}) => found(base, "unclear", { note, ...more });

  // What became of anchors and documents of a copy by a day; today for an empty one.
  class Following {
    constructor(copy, day) {
      Object.assign(this, { copy, day });
    }

    // A finding; null for a fingerprint that is nowhere.
    async follow(reference) {
      const base = { found: reference.found, kind: reference.kind, anchor: reference.anchor };
      if (reference.unclear) return unclear(base, reference.unclear);
      if (reference.kind === "fingerprint") return this.lonePrint(base, reference.sha256);
      if (reference.isDocument) return this.whole(base, reference);
      const now = await this.standing(base, reference.anchor);
      if (now.state !== "stands") return now;
      if (reference.page) return unclear(now, "page");
      return reference.sha256 ? this.printed(now, reference.sha256) : now;
    }

    whole(base, { anchor: id, page }) {
      const { copy, day } = this;
      if (Object.hasOwn(copy.renamed, id)) {
        const dates = Object.entries(copy.gone).filter(([anchor]) => anchorOf(anchor) === id).map(([, [, date]]) => date).sort();
        const [first = ""] = dates;
        const note = `since: ${first}`;
        return day && first > day ? found(base, "stands", { note }) : found(base, "moved", { target: copy.renamed[id], note });
      }
      if (!copy.numberOf.has(id)) return unclear(base, "unknown");
      return page ? unclear(base, "page") : found(base, "stands");
    }

    // What became of an anchor by the day.
    async standing(base, anchor) {
      const { copy } = this;
      if (Object.hasOwn(copy.gone, anchor)) return this.left(base, ...copy.gone[anchor], "");
      const id = anchorOf(anchor);
      if (!copy.numberOf.has(id)) return unclear(base, "unknown");
      const document = await copy.document(id);
      if (!document) return unclear(base, "unread");
      if (document.byAnchor.has(anchor)) return this.live(base, document, anchor);
      if (document.gone.has(anchor)) {
        const { state, date, target = "" } = document.gone.get(anchor);
        return this.left(base, state, date, target, document.of(anchor)[0]?.[1] ?? "");
      }
      if (document.former.has(anchor)) return found(base, "moved", { target: document.former.get(anchor) });
      return unclear(base, "unknown");
    }

    left(base, state, date, target, first) {
      if (first && this.day && first > this.day) return unclear(base, `later: ${first}`);
      const note = `since: ${date}`;
      return this.day && date > this.day ? found(base, "stands", { note }) : found(base, state, { target, note });
    }

    live(base, document, anchor) {
      const spans = document.of(anchor);
      if (!spans.length) return found(base, "stands", { sha256: document.byAnchor.get(anchor).sha256, note: "draft" });
      if (this.day && spans[0][1] > this.day) return unclear(base, `later: ${spans[0][1]}`);
      const [sha256, , until] = spans.findLast(([, since]) => !this.day || since <= this.day);
      return found(base, "stands", { sha256, ...(until ? { note: `since: ${until}` } : {}) });
    }

    // What became of the words that a fingerprint beside an anchor is of.
    async printed(now, digits) {
      if (now.sha256?.startsWith(digits)) return now;
      const document = await this.copy.document(anchorOf(now.anchor));
      const span = document?.of(now.anchor).find(([sha256]) => sha256.startsWith(digits));
      if (!span) return unclear(now, "fingerprint", { sha256: "" });
      const [sha256, since, until] = span;
      if (this.day && since > this.day) return unclear(now, `later: ${since}`);
      return found(now, "reworded", { sha256, note: `until: ${until}` });
    }

    async lonePrint(base, digits) {
      for (const number of await this.copy.documentsOf(parseInt(digits.slice(0, 6), 16))) {
        const document = await this.copy.document(this.copy.rows[number][0]);
        for (const anchor of document ? [...document.byAnchor.keys(), ...document.gone.keys()] : []) {
          const prints = [document.byAnchor.get(anchor)?.sha256 ?? "", ...document.of(anchor).map(([sha256]) => sha256)];
          if (!prints.some((each) => each.startsWith(digits))) continue;
          const now = await this.standing({ ...base, anchor, found: digits }, anchor);
          return now.state === "stands" ? this.printed(now, digits) : now;
        }
      }
      return null;
    }
  }

  const CELLS = 20_000_000; // of all alignments in one text
  const COMPARED = 20_000; // documents that quotations of one text are compared with
  const [EXACT, NEAR] = [12, 6]; // documents that one quotation is compared with
  const RUNS = 200; // of one quotation that are looked up
  const FEW = 3; // documents that one run leads to
  const PIECE = 20; // runs of a long quotation of which one is looked up
  const LEAST_EQUAL = 0.75; // of the words of a quotation that is near

  // Compares quotations with the wordings of a copy, by a day.  Where a quotation is said to be from
  // is its home: {document, anchor (that answers for it now; "" for the whole document), standing
  // (what became of the anchor that was cited), isNext (to its reference)}.
  class Comparing {
    constructor(copy, day, following) {
      Object.assign(this, { copy, day, following, budget: { left: CELLS }, compared: 0 });
    }

    async home(anchor, document, isNext) {
      const known = (id) => (this.copy.numberOf.has(id) ? this.copy.document(id) : null);
      if (!anchor) return { document: await known(this.copy.renamed[document] ?? document), anchor: "", standing: null, isNext };
      const standing = await this.following.standing({ found: "", kind: "quotation", anchor }, anchor);
      const final = standing.target || anchor;
      return { document: await known(anchorOf(final)), anchor: final, standing, isNext };
    }

    // What became of the words of a quotation, of which `read` are the ways to read it.
    async compare(read, said, home) {
      const base = { found: said, kind: "quotation" };
      if (this.compared > COMPARED || this.budget.left <= 0) return unclear(base, "much");
      const own = home.document ? [home.document] : [];
      return this.exactly(base, read, own, home)
        ?? this.near(base, read.at(-1), own, home)
        ?? this.exactly(base, read, await this.first(read), home)
        ?? this.exactly(base, read, await this.others(read, home, EXACT), home)
        ?? this.near(base, read.at(-1), await this.others(read.slice(-1), home, NEAR), home)
        ?? this.absent(base, home, read.at(-1));
    }

    // The wording that has the words of a quotation; null where none has.
    async exact(read, said, home) {
      const base = { found: said, kind: "quotation" };
      return this.exactly(base, read, home.document ? [home.document] : [], home)
        ?? this.exactly(base, read, await this.first(read), home)
        ?? this.exactly(base, read, await this.others(read, home, EXACT), home);
    }

    // The documents that have the least run of a quotation, where they are few.
    async first(read) {
      const numbers = lookedUp(read, this.copy.window);
      if (this.copy.window === 1 || !numbers.length || read.at(-1).words.length < RUN) return [];
      const found = await this.copy.documentsOf(Math.min(...numbers));
      return found.length <= FEW ? this.documents(found) : [];
    }

    // The other documents than its own that may have the words of a quotation.
    async others(read, home, most) {
      if (read.at(-1).words.length < RUN) return [];
      return (await this.candidates(read, most)).filter((each) => each !== home.document);
    }

    exactly(base, read, documents, home) {
      const isShort = read.at(-1).words.length < RUN;
      const own = (document) => (document === home.document ? home.anchor : "");
      for (const document of documents) {
        const hit = this.inDay(base, read, document, own(document), isShort);
        if (hit) return elsewhere(hit, home, document);
      }
      for (const document of documents) {
        const hit = this.inOthers(base, read, document, isShort ? own(document) : "");
        if (hit) return hit;
      }
      return null;
    }

    // The place in what a document says on the day; with `only`, in one passage if any.
    inDay(base, read, document, own, only) {
      this.compared += 1;
      const stream = document.stream(this.day);
      for (const pattern of read) {
        const span = own && stream.span(own);
        let place = span ? placeOf(pattern, stream, ...span) : null;
        if (place === null && !(only && own)) place = placeOf(pattern, stream);
        if (place !== null) return this.stands(base, pattern, stream, place);
      }
      return null;
    }

    stands(base, pattern, stream, place) {
      const { anchor, sha256, since, until } = stream.wording(place);
      const [[own], [other]] = [pattern.items[0].token.said, stream.said[place]];
      const notes = [
        [until && this.day, `since: ${until}`], [!since, "draft"], [pattern.hasGaps, "ellipsis"],
        [pattern.hasBrackets, "brackets"], [own !== other, "case"],
      ];
      const note = notes.find(([holds]) => holds)?.[1];
      return found(base, "stands", { anchor, sha256, ...(note ? { note } : {}) });
    }

    // The wording of another day that has the words; of one passage if it is given.
    inOthers(base, read, document, own) {
      for (const stream of document.others(this.day)) {
        const [[, wording]] = stream.starts;
        if (own && wording.anchor !== own) continue;
        for (const pattern of read) {
          if (placeOf(pattern, stream) !== null) return this.reworded(base, pattern, document, wording);
        }
      }
      return null;
    }

    reworded(base, pattern, document, { anchor, sha256, since, until }) {
      const now = { ...base, anchor, sha256 };
      if (this.day && since > this.day) return unclear(now, `later: ${since}`);
      const stream = document.stream(this.day);
      const span = stream.span(anchor);
      const near = span && nearest(pattern, stream, this.budget, span);
      return found(now, "reworded", { note: `until: ${until}`, ...(near ? { differences: near.differences, marks: near.marks } : {}) });
    }

    // The nearest wording of some documents, if it is near enough.
    near(base, pattern, documents, home) {
      const words = pattern.words.length;
      const least = home.anchor && home.isNext ? RUN - 1 : RUN;
      if (words < RUN - 1) return null;
      const streams = [];
      for (const document of documents) {
        this.compared += 1;
        const stream = document.stream(this.day);
        const span = document === home.document && home.anchor && stream.span(home.anchor);
        streams.push(...span ? [[stream, span]] : [], [stream, null]);
      }
      streams.push(...documents.flatMap((document) => document.others(this.day).map((stream) => [stream, null])));
      let best = null;
      for (const [stream, span] of streams) {
        const near = nearest(pattern, stream, this.budget, span);
        const isNear = near && near.equal >= least && near.equal >= LEAST_EQUAL * words;
        if (isNear && (!best || near.cost < best.cost)) best = near;
      }
      return best && this.misquoted(base, best);
    }

    misquoted(base, { wording: { anchor, sha256, since, until }, differences, marks, onlyMarks }) {
      let note = onlyMarks ? "punctuation" : "";
      if (until && (!this.day || until <= this.day)) note = `until: ${until}`;
      else if (this.day && since > this.day) note = `later: ${since}`;
      return found(base, "misquoted", { anchor, sha256, differences, marks, note });
    }

    // What is said of words that are nowhere.
    absent(base, { document, standing, isNext, anchor }, pattern) {
      const isShort = pattern.words.length < RUN;
      if (!standing || !isNext || standing.state === "unclear") return found(base, "outside", { note: isShort ? "short" : "" });
      if (standing.state === "withdrawn") return { ...standing, found: base.found };
      if (!isShort) return found(base, "misquoted", { anchor, note: "absent" });
      // Two equal words prove no misquotation: a citer sets words of their own in marks, too.
      const stream = document?.stream(this.day);
      const span = stream?.span(anchor);
      const near = span && nearest(pattern, stream, this.budget, span);
      const isNear = near && pattern.words.length <= 2 * near.equal;
      return found(base, "unclear", { anchor, note: "absent", ...(isNear ? { differences: near.differences, marks: near.marks } : {}) });
    }

    // The documents that have most of the runs of words of a quotation.
    async candidates(read, most) {
      const counts = new Map();
      const listed = await Promise.all(lookedUp(read, this.copy.window).map((number) => this.copy.documentsOf(number)));
      for (const number of listed.flat()) counts.set(number, (counts.get(number) ?? 0) + 1);
      const ranked = [...counts].sort(([a, some], [b, others]) => others - some || a - b).slice(0, most);
      return this.documents(ranked.map(([number]) => number));
    }

    async documents(found) {
      const all = await Promise.all(found.map((number) => this.copy.document(this.copy.rows[number][0])));
      return all.filter(Boolean);
    }
  }

  // Notes that words stand in another passage than is cited.
  function elsewhere(hit, { document: home, isNext, anchor }, document) {
    const isThere = !home || !isNext || !anchor || hit.anchor === anchor;
    const isPart = document.within(hit.anchor).includes(anchor) || document.within(anchor).includes(hit.anchor);
    return isThere || isPart ? hit : { ...hit, note: "elsewhere" };
  }

  // The numbers of runs that are looked up: all, or the least of each piece of a quotation.
  function lookedUp(read, window) {
    const all = new Set();
    for (const pattern of read) {
      for (const items of new Set([pattern.items, brokenJoined(pattern, null)])) {
        const found = runs(items).flatMap(numbers);
        for (const number of window === 1 ? found : leastOf(found)) all.add(number);
      }
    }
    return [...all].slice(0, RUNS);
  }

  function leastOf(found) {
    const pieces = Math.max(2, Math.min(Math.floor(found.length / PIECE), 8));
    const cut = (piece) => Math.floor((found.length * piece) / pieces);
    return [...Array(pieces).keys()].map((piece) => found.slice(cut(piece), cut(piece + 1)))
      .filter((part) => part.length).map((part) => Math.min(...part));
  }

  // The words that stand one after another, without a gap or brackets between.
  function runs(items) {
    const found = [[]];
    for (const { gap, wild, token } of items) {
      if (gap || wild) found.push([]);
      if (token.kind === "word") found.at(-1).push(token.said);
    }
    return found;
  }

  return { Comparing, Following };
})();
