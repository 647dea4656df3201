// Finds what a text refers to: addresses, anchors, fingerprints, citations in words.
// archive/checking/__init__.py specifies it in section 5; archive/checking/references.py is the same
// in Python.
"use strict";

const references = (() => {
  const { numbersOfTitle, plain, TITLE, UNSPACED } = wording;
  const { breaksOf, unquoted } = reading;

  // A reference: {at, end, found, kind, anchor (or a document's id), isDocument, fragment (the words of
  // a text fragment), page (of a PDF), sha256 (a fingerprint beside it), isOurs (by its host), unclear}.
  const reference = (kind, at, end, found, more) => ({ at, end, found, kind, anchor: "", isDocument: false, fragment: "", page: false, sha256: "", isOurs: true, unclear: "", ...more });

  // --- Addresses

  const FOLDER = /documents(?:\/|%2F)|archive\.pdf(?:#|%23)/gi;
  const DELIMITER = new Set(" <>\"“”„«»‹›‘’|{}^`「」『』…");
  const TRAILING = /[.,;:!?)\]}'*_\\]+$/;
  const MOST = 2_000; // characters of an address
  const PATH = /documents\/([^/?#.]+)(\.[A-Za-z0-9.]+)?(?:\?[^#]*)?(?:#(.*))?$/s;
  const COMBINED = /archive\.pdf#(.*)$/s;
  const SCHEMES = ["https:", "http:", "file:", "https%3A", "http%3A"];

  // A block's text without the line breaks within addresses, and the place of each of its characters.
  function joined(block) {
    const { text } = block;
    const breaks = new Set(breaksOf(block));
    const taken = new Set([...text.matchAll(/(?<=[-/#=&]) /g)].map(({ index }) => index)
      .filter((at) => breaks.has(at) && text[at - 2] !== " "));
    if (!taken.size) return { text, place: (at) => at };
    const places = [...Array(text.length).keys()].filter((at) => !taken.has(at));
    return { text: places.map((at) => text[at]).join(""), place: (at) => places[at] ?? text.length };
  }

  // The addresses of the archive's kind in a text, in order.
  function addresses(text, base) {
    const found = [];
    let after = 0;
    for (const match of text.matchAll(FOLDER)) {
      const at = match.index;
      if (at < after) continue;
      let [begin, end] = [at, at + match[0].length];
      while (begin > after && at - begin < MOST && !DELIMITER.has(text[begin - 1])) begin -= 1;
      begin = schemeOf(text, begin, at);
      while (end < text.length && end - begin < MOST && !DELIMITER.has(text[end])) end += 1;
      const said = text.slice(begin, end).replace(TRAILING, "");
      after = Math.max(begin + said.length, at + match[0].length);
      const one = address(said, base);
      if (one) found.push({ ...one, at: begin, end: begin + said.length });
    }
    return found;
  }

  // Where an address begins: at its scheme, or behind brackets and marks before it.
  function schemeOf(text, begin, at) {
    for (const scheme of SCHEMES) {
      const place = text.slice(begin, at).indexOf(scheme);
      if (place >= 0) return begin + place;
    }
    let from = begin;
    while (from < at && "([*_'=".includes(text[from])) from += 1;
    return from;
  }

  // What an address refers to; null for one that is of no document.
  function address(said, base) {
    const found = /^[a-z]{1,9}%3A/i.test(said) ? unquoted(said) : said;
    const path = found.replaceAll("\\", "");
    let match = path.match(PATH);
    if (match) {
      const id = unquoted(match[1]);
      if (!isId(id) || id === "index") return null;
      return aimed(reference("address", 0, 0, found, { anchor: id, isDocument: true, isOurs: Boolean(base) && path.startsWith(base) }), match[3] ?? "");
    }
    match = path.match(COMBINED);
    const named = match && aimed(reference("address", 0, 0, found, { isOurs: false }), match[1]);
    return named?.anchor ? named : null;
  }

  // The reference to what follows the # of an address.
  function aimed(whole, after) {
    const [fragment] = after.split(":~:", 1);
    const directive = after.slice(fragment.length + 3);
    const name = plain(unquoted(fragment));
    if (name.startsWith("page=")) return { ...whole, page: true };
    const anchor = name.replace(/^nameddest=/, "").replace(/[&,].*/s, "");
    const text = directive.match(/^text=([^&]+)/);
    const made = text ? { ...whole, fragment: fragmentOf(text[1]) } : whole;
    return anchorOf(anchor) ? { ...made, anchor, isDocument: false } : made;
  }

  // The words of a text directive: [prefix-,]start[,end][,-suffix].
  function fragmentOf(directive) {
    const parts = directive.split(",").filter((each) => !each.endsWith("-") && !each.startsWith("-"));
    return parts.slice(0, 2).map((each) => plain(unquoted(each))).join(" … ");
  }

  // What a link refers to.
  function linked(link, base) {
    const one = address(link.address.trim().slice(0, MOST), base);
    return one && { ...one, at: link.at, end: link.end };
  }

  // --- Anchors and fingerprints

  const ID = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*";
  const IS_ID = RegExp(`^${ID}$`);
  const ANCHOR = RegExp(`^(${ID})-[a-z][1-9][0-9]{0,8}$`);
  const isId = (text) => IS_ID.test(text);
  const anchorOf = (text) => text.match(ANCHOR)?.[1] ?? ""; // its document; "" for what is none

  // What could be an anchor or a fingerprint, by its form.
  function anchors(text) {
    const found = [];
    for (const match of text.matchAll(/[A-Za-z0-9-]+/g)) {
      const said = match[0].replace(/^-+|-+$/g, "");
      const at = match.index + match[0].indexOf(said);
      if (said.includes("-") && anchorOf(said)) {
        found.push(reference("anchor", at, at + said.length, said, { anchor: said }));
      } else if (/^[0-9a-f]{12,64}$/.test(said) && isPrint(said, text, at)) {
        found.push(reference("fingerprint", at, at + said.length, said, { sha256: said }));
      }
    }
    return found;
  }

  function isPrint(said, text, at) {
    if (/(?:tree head |ledger head )$/.test(text.slice(Math.max(at - 12, 0), at))) return false;
    return said.length === 64 || (/\d/.test(said) && /\D/.test(said));
  }

  // --- Citations in words

  const PART = RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}\\p{Nd}])[\\p{L}\\p{N}])+|\\p{Nd}+|[¶§]`, "gu");
  const SAME = { article: "art", paragraph: "para", par: "para", "¶": "para", section: "sec", "§": "sec", exhibit: "ex",
    artículo: "art", статья: "art", ст: "art", مادة: "art", المادة: "art", párrafo: "para", paragraphe: "para", пункт: "para", п: "para", الفقرة: "para" };
  const LOCATORS = new Set([...Object.values(SAME), "whereas", "resolved", "recital", "clause", "item", "第"]);
  const FILLERS = new Set("of the in at see to cl de la du des l d der das die".split(" "));
  const LONGEST = 12; // parts of a locator
  const WORDS = 4; // parts before a year
  const [NEAR, FAR] = [16, 24]; // parts between a title, or the name of the archive, and a locator behind it
  // What styles say in English for the letters of anchors, whatever the language of a document is.
  const LETTERS = { a: ["art"], f: ["footnote"], g: ["signatory"], i: ["item"], n: ["editor", "s", "note"], p: ["para"],
    r: ["resolved"], s: ["sec"], t: ["table"], w: ["whereas"], x: ["figure"] };

  // The words and numbers of a text, as locators compare them: {said, at, end}.
  const parts = (text) => [...text.matchAll(PART)].map(({ 0: said, index: at }) => ({ said: same(said), at, end: at + said.length }));

  const known = new Map();

  function same(said) {
    if (!known.has(said)) {
      const lower = said.normalize("NFKC").toLowerCase().replace(/\p{Nd}/gu, digitOf);
      known.set(said, Object.hasOwn(SAME, lower) ? SAME[lower] : lower);
    }
    return known.get(said);
  }

  // The digits of a script stand one after another, from its zero on.
  function digitOf(digit) {
    const code = digit.codePointAt();
    let zero = code;
    while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
    return code < 128 ? digit : `${code - zero}`;
  }

  const names = (text) => parts(text).map((part) => part.said);
  const one = (said) => said.join("\u0001"); // as the key of a map

  // The titles and the issuers of all documents; rows, and numbers of full titles, are those of the overview.
  function titlesOf(rows, issuerNames, numbersOfTitles) {
    const full = new Map();
    numbersOfTitles.forEach((ofTitle, number) => full.set(ofTitle, [...full.get(ofTitle) ?? [], number]));
    const titles = new Map(); // by the first part: [parts, numbers of documents]
    const byIssuer = new Map();
    rows.forEach(([, short, , , ...who], number) => {
      const title = names(short);
      if (title.length) {
        if (!titles.has(title[0])) titles.set(title[0], new Map());
        const same = titles.get(title[0]);
        if (!same.has(one(title))) same.set(one(title), [title, []]);
        same.get(one(title))[1].push(number);
      }
      for (const each of who) byIssuer.set(each, [...byIssuer.get(each) ?? [], number]);
    });
    const issuers = new Map(issuerNames.map((name, number) => [one(names(name)), number]));

    // The documents that a text may name by their full titles, or names by their short ones: {documents,
    // at, end (of a full title not before it is compared), isFull}.
    function named(found) {
      const all = [];
      for (let at = 0; at < found.length;) {
        const said = found.slice(at, at + TITLE).map((part) => part.said);
        const those = numbersOfTitle(said).reverse().flatMap((number) => full.get(number) ?? []);
        if (those.length) all.push({ documents: those, at, end: at, isFull: true });
        const [length, documents] = longest(found, at);
        if (length) all.push({ documents, at, end: at + length, isFull: false });
        at += length || 1;
      }
      return all;
    }

    function longest(found, at) {
      let best = [0, []];
      for (const [title, documents] of titles.get(found[at].said)?.values() ?? []) {
        if (title.length > best[0] && title.every((said, place) => found[at + place]?.said === said)) best = [title.length, documents];
      }
      return best;
    }

    // The documents of “issuer, year” at the begin of a text, and the place behind it.
    function issued(said) {
      for (let size = Math.min(said.length - 1, 16); size > 0; size -= 1) {
        const issuer = issuers.get(one(said.slice(0, size)));
        if (issuer === undefined) continue;
        const [year, end] = yearIn(said, size);
        return [(byIssuer.get(issuer) ?? []).filter((number) => rows[number][3] === year), end];
      }
      return [[], 0];
    }

    return { named, issued };
  }

  // The year of “not before 2021”, “between 2020 and 2021” or “n.d.”, and the place behind it.
  function yearIn(said, at) {
    if (said[at] === "n" && said[at + 1] === "d") return ["", at + 2];
    for (let place = at; place < Math.min(at + WORDS, said.length); place += 1) {
      if (/^\d{4}$/.test(said[place])) return [said[place], place + 1];
    }
    return ["none", at];
  }

  // What may be the locator of a name, before or after it.
  function around({ at, end }, found) {
    return { after: skipped(found.slice(end, end + LONGEST)), before: found.slice(Math.max(at - LONGEST, 0), at) };
  }

  function skipped(found) {
    const at = found.findIndex((part) => !FILLERS.has(part.said));
    return at < 0 ? [] : found.slice(at);
  }

  // The anchors of a document by what follows its short title in their names, and by labels.
  function tails(passages, short) {
    const title = one(names(short));
    const found = new Map();
    const put = (said, anchor) => { if (!found.has(one(said))) found.set(one(said), anchor); };
    const length = names(short).length;
    for (const { anchor, name = "", locator = "" } of passages) {
      const said = names(name);
      if (said.length > length && one(said.slice(0, length)) === title) put(said.slice(length), anchor);
      if (names(locator).length) put(names(locator), anchor);
      const label = anchor.split("-").at(-1);
      put([label[0], label.slice(1)], anchor);
    }
    for (const { anchor } of passages) {
      const label = anchor.split("-").at(-1);
      if (Object.hasOwn(LETTERS, label[0])) put([...LETTERS[label[0]], label.slice(1)], anchor);
    }
    return found;
  }

  // The anchor that a locator in the rest of a citation names, and where that locator ends: Bluebook
  // and OSCOLA have it behind the name of the archive, and others behind a date.
  function behind(found, publisher, located) {
    const end = nameIn(found, publisher);
    return (end ? leading(found.slice(end, end + FAR), located) : null) ?? leading(found.slice(0, NEAR), located, LOCATORS);
  }

  function leading(found, located, first) {
    const said = found.filter((part) => part.said !== "cl");
    for (let begin = 0; begin < said.length; begin += 1) {
      if (first && !first.has(said[begin].said)) continue;
      for (let size = Math.min(LONGEST, said.length - begin); size > 1; size -= 1) {
        const anchor = located.get(one(said.slice(begin, begin + size).map((part) => part.said)));
        if (anchor !== undefined) return [anchor, said[begin + size - 1]];
      }
    }
    return null;
  }

  // The place behind the first that has a name; 0 without any.
  function nameIn(found, name) {
    const at = name.length ? found.findIndex((_part, place) => name.every((said, number) => found[place + number]?.said === said)) : -1;
    return at < 0 ? 0 : at + name.length;
  }

  // The anchor that the locator behind a title names, and how many parts that locator has.
  function after(named, found) {
    const said = named.after.map((part) => part.said);
    for (let size = said.length; size > 0; size -= 1) {
      const anchor = found.get(one(said.slice(0, size)));
      if (anchor !== undefined) return [anchor, size];
    }
    return null;
  }

  // The anchor that the locator before a title names, and where that locator begins.
  function before(named, found) {
    const said = [...named.before];
    if (!said.length || !FILLERS.has(said.at(-1).said)) return null;
    while (said.length && FILLERS.has(said.at(-1).said)) said.pop();
    for (let begin = 0; begin < said.length; begin += 1) {
      const anchor = found.get(one(said.slice(begin).map((part) => part.said)));
      if (anchor !== undefined) return [anchor, said[begin]];
    }
    return null;
  }

  // Whether a text goes on with a locator by its form: a word for one, and a number.
  const isLocator = (found) => found.length > 1 && LOCATORS.has(found[0].said) && /^\d/.test(found[1].said);

  return { addresses, after, anchorOf, anchors, around, before, behind, isId, isLocator, joined, linked, nameIn, names, parts, reference, tails, titlesOf };
})();
