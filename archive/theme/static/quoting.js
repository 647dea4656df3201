// Finds quotations in a text, and reads one as a pattern of words.  archive/checking/__init__.py
// specifies it in section 6; archive/checking/quoting.py is the same in Python.
"use strict";

const quoting = (() => {
  const { hasWords, plain, tokens } = wording;
  const MOST = 5_000; // characters between marks
  const TRIES = 4; // marks that could close a quotation between single marks

  // What closes each mark that opens.
  const PAIRS = {
    "“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "›": "‹", "「": "」", "『": "』",
    "‘": "’", "‚": "‘’", '"': '"', "'": "'", "”": "”", "``": "''",
  };
  const SINGLE_CLOSE = new Set(["’", "‘’", "'"]);
  const NESTING = new Set("“«‹「『"); // whose opening and closing marks differ, and open nothing else
  const ALWAYS = new Set("「『“„‘‚«‹"); // can open wherever they stand
  const BEFORE = new Set(" ([{—–―-/\"'“‘„‚«»‹›「『」』");
  const FIRST_CJK = 0x2e80;
  const WHO = /^(?:—|―|--) ?\S/;
  const isLetter = (mark) => /^[\p{L}\p{N}]/u.test(mark ?? "");

  // The quotations of a block, in order, none within another: {at, end (without its marks), others
  // (other ends that it could have), isBlock}.
  function find(block) {
    if (block.isQuotation) return [whole(block)];
    const { text } = block;
    const found = [];
    const marks = marksOf(text);
    const opens = /``|[“„«»‹›「『‘‚"'”]/g;
    for (let match = opens.exec(text); match; match = opens.exec(text)) {
      const end = match.index + match[0].length;
      const one = canOpen(text, match.index, end) && between(end, match[0], marks);
      if (!one) continue;
      if (hasWords(text.slice(one.at, one.end))) found.push(one);
      opens.lastIndex = one.end + 1;
    }
    return found;
  }

  const quotation = (at, end, others = [], isBlock = false) => ({ at, end, others, isBlock });

  // A block that is a quotation, without who said it.
  function whole({ text, lines }) {
    const who = lines.find(([begin]) => begin && WHO.test(text.slice(begin, begin + 5)));
    let [at, end] = [0, who ? who[0] - 1 : text.length];
    const said = text.slice(0, end).replace(/[.,;]+$/, "");
    if (PAIRS[text[0]]?.includes(said.at(-1) ?? "")) [at, end] = [1, said.length - 1];
    return quotation(at, Math.max(end, at), [], true);
  }

  // Where the marks of a text could close, and what nested ones close.
  function marksOf(text) {
    const [closing, nested] = [new Map(), new Map()];
    const places = (marks) => [...text.matchAll(RegExp(marks === "''" ? marks : `[${marks}]`, "g"))].map(({ index }) => index);
    return {
      // The next places where any of some marks could close, within the longest quotation.
      after(marks, at, most) {
        if (!closing.has(marks)) closing.set(marks, SINGLE_CLOSE.has(marks) ? places(marks).filter((place) => canClose(text, place)) : places(marks));
        const all = closing.get(marks);
        const first = firstFrom(all, at + 1);
        return all.slice(first, first + most).filter((place) => place <= at + MOST);
      },
      // What closes a mark that opens right before a place.
      nested(opens, closes, at) {
        if (!nested.has(opens)) {
          const [found, still] = [new Map(), []];
          for (const place of places(opens + closes)) {
            if (text[place] === opens) still.push(place + 1);
            else if (still.length) found.set(still.pop(), place);
          }
          nested.set(opens, found);
        }
        return nested.get(opens).get(at);
      },
    };
  }

  function firstFrom(places, at) {
    let [low, high] = [0, places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle] < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function canOpen(text, at, end) {
    if (end >= text.length) return false;
    const [mark, before] = [text[at], at ? text[at - 1] : " "];
    if (ALWAYS.has(mark)) return mark !== "‘" || !isLetter(before);
    return (BEFORE.has(before) || before.charCodeAt() > FIRST_CJK) && text[end] !== " ";
  }

  function between(at, mark, marks) {
    const closes = PAIRS[mark];
    const end = NESTING.has(mark) ? marks.nested(mark, closes, at) : undefined;
    if (end > at && end <= at + MOST) return quotation(at, end);
    const ends = marks.after(closes, at, TRIES);
    return ends.length ? quotation(at, ends[0], SINGLE_CLOSE.has(closes) ? ends.slice(1) : []) : null;
  }

  // Whether a single mark could close: it is no apostrophe between letters.
  const canClose = (text, place) => place > 0 && text[place - 1] !== " " && !isLetter(text[place + 1]);

  // --- Patterns: {text (plain), items, hasGaps, hasBrackets, words}.  An item is a token that has to
  // stand in the wording: {token, anyCase (of its first letter), gap (any number of tokens may stand
  // before it), wild (up to 6 may), broken (a hyphen at a line break divides it from the next)}.

  const item = (token, anyCase = false, gap = false, wild = false) => ({ token, anyCase, gap, wild, broken: false });

  // The ways to read a quotation: as it stands, and with its gaps and brackets as such.  `breaks` are
  // the places of line breaks in it.
  function patterns(text, breaks = new Set()) {
    const said = plain(text);
    const found = tokens(said);
    const literal = pattern(said, found.map((token) => item(token)), breaks, false);
    const isRead = found.some((each) => each.kind === "gap" || each.said === "[");
    return isRead ? [literal, pattern(said, itemsOf(found), breaks, true)] : [literal];
  }

  function pattern(text, all, breaks, isRead) {
    const isWord = (each) => each.token.kind === "word";
    const [first, last] = [all.findIndex(isWord), all.findLastIndex(isWord)];
    const items = first < 0 ? [] : all.slice(first, last + 1);
    if (items.length) items[0] = { ...items[0], anyCase: true, gap: false, wild: false };
    items.forEach((each, number) => {
      const { end } = each.token;
      if (number + 1 < items.length && "-‐".includes(text[end]) && breaks.has(end + 1)) items[number] = { ...each, broken: true };
    });
    return {
      text, items, words: items.filter(isWord).map((each) => each.token.said),
      hasGaps: isRead && all.some((each) => each.gap), hasBrackets: isRead && all.some((each) => each.wild || each.anyCase),
    };
  }

  // The tokens of a quotation whose gaps and brackets stand for others.
  function itemsOf(found) {
    const items = [];
    let [gap, wild] = [false, false];
    const put = (token, anyCase) => {
      items.push(item(token, anyCase, gap, wild));
      [gap, wild] = [false, false];
    };
    for (let at = 0; at < found.length; at += 1) {
      const token = found[at];
      const close = token.said === "[" ? found.slice(0, at + 40).findIndex((each, place) => place > at && each.said === "]") : -1;
      if (token.kind === "gap") {
        gap = true;
      } else if (close > 0) {
        const inside = found.slice(at + 1, close);
        const rest = found[close + 1];
        if (inside.length === 1 && inside[0].kind === "word" && rest?.kind === "word" && rest.at === found[close].end) {
          put({ said: inside[0].said + rest.said, kind: "word", at: token.at, end: rest.end }, true);
          at = close + 1;
        } else {
          wild ||= !["sic", "sic!"].includes(inside.map((each) => each.said).join("").toLowerCase());
          at = close;
        }
      } else {
        put(token, false);
      }
    }
    return items;
  }

  const count = (text) => tokens(plain(text)).filter((each) => each.kind === "word").length;

  return { count, find, patterns };
})();
