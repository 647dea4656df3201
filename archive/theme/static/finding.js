// What a search asks for, and where it stands: words, phrases, spellings, citations.  It reads texts
// that others load; the page that shows what was found is search.js.
"use strict";

const finding = (() => {
  // --- Words.  A token has the word as a phrase compares it, and the key as a search compares it.

  // Scripts that have no spaces, or endings behind their words: each character is a token, so that
  // any two of them are found.
  const UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}";
  const LETTER = `(?![${UNSPACED}])[\\p{L}\\p{N}]`;
  // “U.S.C.”, “10,000”; else letters and digits, with an apostrophe inside.
  const TOKEN = RegExp(`\\p{L}(?:\\.\\p{L})+\\.?(?![\\p{L}\\p{N}])|\\p{N}{1,3}(?:[,\\u00a0\\u202f]\\p{N}{3})+(?!\\p{N})|[${UNSPACED}]|${LETTER}(?:${LETTER}|\\p{M})*(?:['’]\\p{L}+)*`, "gu");
  const IS_UNSPACED = RegExp(`^[${UNSPACED}]$`, "u");

  // British to American, so that either finds the other; `stems` are those with which it happens.
  const OUR = "arm|behavi|cand|clam|col|demean|endeav|fav|ferv|flav|glam|harb|hon|hum|lab|neighb|od|parl|ranc|rig|rum|sav|splend|tum|val|vap|vig";
  const RE = "calib|cent|fib|lit|lust|maneuv|meag|met|sab|somb|spect|theat";
  const LL = "cance|channe|counse|dia|equa|fue|initia|labe|leve|libe|marve|mode|pane|quarre|riva|signa|tota|trave|tunne";
  const OGUE = "anal|catal|dial|epil|monol|prol";
  const ENDS = "e|ed|es|er|ers|ing|ation|ations|able";
  const SPELLINGS = [
    [/^(encyclo|ortho)?paed/, "$1ped"], [/^archaeo/, "archeo"], [/^manoeuv/, "maneuv"],
    [RegExp(`(${OUR})our`), "$1or"],
    [RegExp(`([a-z]{3})is(${ENDS})$`), "$1iz$2"], [RegExp(`([a-z]{2})ys(${ENDS})$`), "$1yz$2"],
    [/(def|off|pret|lic)enc(e|es|ed|ing|eless)$/, "$1ens$2"], [/practi[sz](e|ed|es|ing)$/, "practic$1"],
    [RegExp(`(${RE})red$`), "$1ered"], [RegExp(`(${RE})re(s?)$`), "$1er$2"],
    [RegExp(`(${OGUE})ogue(s?)$`), "$1og$2"], [RegExp(`(${LL})ll(?=ed|ing|er|or|ous)`), "$1l"],
    [/(acknowledg|judg)ement/, "$1ment"], [/^(enrol|fulfil|instal)(s|ment|ments)?$/, "$1l$2"],
    [/^(skil|wil)ful/, "$1lful"], [/^sceptic/, "skeptic"], [/^programme(s?)$/, "program$1"],
    [/^grey/, "gray"], [/^gaol/, "jail"], [/^cheque/, "check"], [/^mould/, "mold"],
    [/^plough/, "plow"], [/^artefact/, "artifact"], [/^ageing$/, "aging"],
    [/^(among|whil|amid)st$/, "$1"], [/^whil$/, "while"], [/^towards$/, "toward"],
    [/^storey/, "story"], [/^tyre/, "tire"],
  ];
  // And back, to ask an index that knows words only as they are written.
  const BACK = [
    [/^(encyclo|ortho)?ped/, "$1paed"], [/^archeo/, "archaeo"], [/^maneuv/, "manoeuv"],
    [RegExp(`(${OUR})or`), "$1our"],
    [RegExp(`([a-z]{3})iz(${ENDS})$`), "$1is$2"], [RegExp(`([a-z]{2})yz(${ENDS})$`), "$1ys$2"],
    [/(def|off|pret|lic)ens(e|es|ed|ing|eless)$/, "$1enc$2"], [/practic(e|ed|es|ing)$/, "practis$1"],
    [RegExp(`(${RE})ered$`), "$1red"], [RegExp(`(${RE})er(s?)$`), "$1re$2"],
    [RegExp(`(${OGUE})og(s?)$`), "$1ogue$2"], [RegExp(`(${LL})l(?=ed|ing|er|or|ous)`), "$1ll"],
    [/(acknowledg|judg)ment/, "$1ement"], [/^(enrol|fulfil|instal)l(s|ment|ments)?$/, "$1$2"],
    [/^(skil|wil)lful/, "$1ful"], [/^skeptic/, "sceptic"], [/^program(s?)$/, "programme$1"],
    [/^gray/, "grey"], [/^jail/, "gaol"], [/^check/, "cheque"], [/^mold/, "mould"],
    [/^plow/, "plough"], [/^artifact/, "artefact"], [/^aging$/, "ageing"], [/^(among|amid)$/, "$1st"],
    [/^while$/, "whilst"], [/^toward$/, "towards"], [/^story/, "storey"], [/^tire/, "tyre"],
  ];
  const UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(" ");
  const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
  const ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(" ");
  const NUMBERS = new Map([
    ...UNITS.map((word, number) => [word, `${number}`]),
    ...TENS.map((word, number) => [word, `${20 + 10 * number}`]),
    ...ORDINALS.map((word, number) => [word, `${number + 1}${["st", "nd", "rd"][number] ?? "th"}`]),
  ]);
  // Words that are no plural and no past although they end like one.
  const WHOLE = new Set(["always", "gas", "lens", "means", "news", "perhaps", "series", "species"]);
  // Words that say little: outside a phrase a passage may lack them.
  const LIGHT = new Set("al au aux con dans de del des du el en es est et la las le les los ne para par pas por que qui se un una une y das dem den der ein eine ist und von zu und в и на не о от по с что إلى عن على في من هذا هذه أن a an and are as at be been by did do does for from had has have how in into is it its of on or that the their there these this those to was were what when where which who with".split(" "));
  // What a reader and a document call the same thing.
  const ALIKE = [["adopted", "passed"]];

  // As archive/search/__init__.py has it.
  const ELIDED = /^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|dell|all|nell|sull|dall)['’](?=.)/;
  const MARKED = /([\u0041-\u024f\u0370-\u052f\u0590-\u06ff\u1e00-\u1fff])([\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]+)/g;
  const PLAIN = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ـ: "" };
  const CYRILLIC = /(?<=[а-я]{3})(?:иями|ями|ами|иеи|иям|ием|иях|ого|его|ому|ему|ыми|ими|ах|ях|ов|ев|еи|ии|ыи|ои|ая|яя|ое|ее|ые|ие|ую|юю|ом|ем|ам|ям|ию|ью|ия|ья|[аеиоуыьюя])$/;
  const ARABIC = /^[وف]?(?:ال|بال|كال|لل)(?=[\p{L}]{2})/u;

  // What ends the words of languages in Latin letters but English, without their marks.
  const ENDINGS = {
    de: [[/(.{3})(?:en|es|er|em|e|n|s)$/, "$1"]],
    es: [[/(.{2})ces$/, "$1z"], [/eses$/, "es"], [/(.{3})[aeo]s$/, "$1"], [/(.{2}[aeo])s$/, "$1"], [/(.{3})[aeo]$/, "$1"]],
    fr: [[/(.{2}e)aux$/, "$1au"], [/(.{2})aux$/, "$1al"], [/(.{2})euses?$/, "$1eux"], [/(.{2})s$/, "$1"], [/(.{3})(?:er|ee)$/, "$1e"], [/(.[en])ne$/, "$1"], [/(.el)le$/, "$1"], [/(.{3})e$/, "$1"]],
    it: [[/h([ei])$/, "$1"], [/(.{3})[aeio]$/, "$1"]],
    pt: [[/(.{2})(?:oes|aes)$/, "$1ao"], [/(.{2})ais$/, "$1al"], [/(.{2})eis$/, "$1el"], [/(.{2})ns$/, "$1m"], [/(.{3})[aeo]s$/, "$1"], [/(.{2}[aeo])s$/, "$1"], [/(.{3})[aeo]$/, "$1"]],
  };
  const primary = (language) => language.split("-")[0].toLowerCase();

  const known = new Map();

  function forms(shown, language = "en") {
    const name = `${language} ${shown}`;
    if (!known.has(name)) {
      const plain = shown.toLowerCase().normalize("NFKD").replace(MARKED, "$1").normalize("NFKC")
        .replace(/[ßæœøłđðþıـ]/g, (letter) => PLAIN[letter]).replace(/[٠-٩۰-۹]/g, (digit) => digit.charCodeAt() & 15)
        .replace(ELIDED, "").replace(/['’]s$|['’.,\s]/g, "");
      const spelled = ENDINGS[language] ? plain : SPELLINGS.reduce((word, [from, to]) => word.replace(from, to), plain);
      const word = NUMBERS.get(spelled) ?? spelled;
      known.set(name, { plain, word, key: stem(word.replace(/^(\d+)(?:st|nd|rd|th)$/, "$1"), language) });
    }
    return known.get(name);
  }

  // A word as an index may have it: in either spelling, as a number and as its name.
  function spellings({ plain, word, key }, languages) {
    const spelled = SPELLINGS.reduce((said, [from, to]) => said.replace(from, to), plain);
    const back = BACK.map(([from, to]) => spelled.replace(from, to));
    const names = [...NUMBERS].filter(([, number]) => number === word).map(([name]) => name);
    // Which the index has of other scripts and languages.
    const stemmed = plain > "\u0370" ? [key] : languages.filter((each) => ENDINGS[each]).map((each) => stem(plain, each));
    return [...new Set([plain, spelled, ...back, word, word.replace(/^(\d+)(st|nd|rd|th)$/, "$1"), ...names, ...stemmed])];
  }

  // The stem of a word.  Of an English one it tells more words apart than Pagefind's, and joins none
  // that Pagefind tells apart: what Pagefind finds is therefore never too little.
  function stem(word, language = "en") {
    if (CYRILLIC.test(word)) return word.replace(CYRILLIC, "");
    if (word > "\u05ff") return word.replace(ARABIC, "").replace(/ة/g, "ه").replace(/ى/g, "ي");
    if (word.length < 4 || /\d/.test(word)) return word;
    if (ENDINGS[language]) return ENDINGS[language].reduce((said, [from, to]) => said.replace(from, to), word);
    if (WHOLE.has(word)) return word;
    let said = word.replace(/ies$/, "y").replace(/(ss|sh|ch|x|z)es$/, "$1").replace(/([^sui])s$/, "$1");
    const past = said.match(/^(.*[aeiouy].*)(?:ed|ing)$/);
    if (past && past[1].length > 1 && !said.endsWith("eed")) {
      const once = past[1].replace(/([bcdfgkmnprtv])\1$/, "$1");
      const isShort = once === past[1] && /^[^aeiouy]*[aeiouy][^aeiouwxy]$/.test(once);
      said = isShort ? `${once}e` : once; // fin-ed, but stop-ped
    }
    said = said.replace(/(.{4}[st])ion$/, "$1");
    return said.length > 4 ? said.replace(/([^aeiou])e$/, "$1") : said;
  }

  function tokens(text, language = "en") {
    const found = [];
    for (const match of text.matchAll(TOKEN)) {
      const [shown] = match;
      const token = { at: match.index, end: match.index + shown.length, isUnspaced: IS_UNSPACED.test(shown), shown, ...forms(shown, language) };
      const before = found.at(-1);
      const joined = before && text.slice(before.end, token.at) === "-" && tens(before, token);
      if (joined) Object.assign(before, { end: token.end, word: joined, key: joined, shown: joined });
      else found.push(token);
    }
    return found;
  }

  // “twenty-five” is 25.
  function tens(before, token) {
    const is = /^[2-9]0$/.test(before.word) && /^[1-9]$/.test(token.word);
    return is && `${Number(before.word) + Number(token.word)}`;
  }

  // --- What is asked for: terms, each with the ways in which a text can say it

  const QUOTED = /["“”„‟«»‹›「」『』《》]([^"“”„‟«»‹›「」『』《》]+)["“”„‟«»‹›「」『』《》]/g;

  // Of the languages that texts are in, an index is asked for the stems.
  function query(asked, names = [], languages = []) {
    const held = [...new Set(languages.map(primary))];
    const [exactly, loosely] = ["word", "key"].map((by) => (words) => way(by, words, held));
    const terms = [];
    const rest = asked.replace(QUOTED, (_all, said) => {
      const words = tokens(said);
      if (words.length) terms.push({ shown: `“${said.trim()}”`, ways: [exactly(words)] });
      return " \u0000 ";
    });
    for (const part of rest.split("\u0000")) {
      const words = tokens(part);
      for (let at = 0; at < words.length;) {
        let { length, ways } = named(words, at, [...names, ...ALIKE], loosely);
        const run = unspaced(words, at);
        if (run > length) [length, ways] = [run, [exactly(words.slice(at, at + run))]];
        const shown = part.slice(words[at].at, words[at + length - 1].end);
        terms.push({ shown, ways, light: length === 1 && LIGHT.has(words[at].word) });
        at += length;
      }
    }
    const heavy = terms.filter((term) => !term.light);
    return heavy.length ? heavy : terms;
  }

  // How many characters of a script without spaces stand there side by side.
  function unspaced(words, at) {
    let end = at;
    while (words[end]?.isUnspaced && (end === at || words[end].at === words[end - 1].end)) end += 1;
    return end - at;
  }

  // What an index is asked for: words, and each two characters that have no space between them.
  function asked(words, languages) {
    return words.flatMap((word, at) => {
      if (!word.isUnspaced) return [spellings(word, languages)];
      const next = words[at + 1];
      if (next?.isUnspaced && next.at === word.end) return [[word.plain + next.plain]];
      return words[at - 1]?.isUnspaced && words[at - 1].end === word.at ? [] : [[word.plain]];
    });
  }

  const way = (by, words, languages) => ({ by, words, said: words.map((token) => token[by]), asked: asked(words, languages) });

  // The longest name that begins there, or else the word: with all other names of the same thing.
  function named(words, at, names, loosely) {
    let best = { length: 1, ways: [loosely([words[at]])] };
    for (const alike of names) {
      const each = alike.map((name) => loosely(tokens(name)));
      for (const { said } of each) {
        const here = said.every((key, number) => words[at + number]?.key === key);
        if (here && (said.length > best.length || best.ways.length === 1)) {
          best = { length: said.length, ways: each };
        }
      }
    }
    return best;
  }

  // --- Where it stands.  An entry has page, title, about, facets, and places with their words.

  function stands({ by, words: asked }, words, language) {
    const found = [];
    const said = asked.map((token) => forms(token.shown, language)[by]);
    for (let at = 0; at + said.length <= words.length; at += 1) {
      if (said.every((each, number) => words[at + number][by] === each)) found.push([at, at + said.length]);
    }
    return found;
  }

  const spans = (term, words, language) => term.ways.flatMap((way) => stands(way, words, language));

  // The places of an entry that have all terms, each in its words or, all but one, in what it is
  // called; `some` are those that have any.  `whole`: the entry's title and facts have all.
  function match(entry, terms, own = "en") {
    const language = primary(entry.facets.language?.[0] ?? own);
    const around = tokens(`${entry.title} ${entry.about}`, language);
    const places = [];
    const seen = new Set();
    for (const place of entry.places) {
      const words = tokens(place.words, language);
      const hits = terms.map((term) => spans(term, words, language));
      if (!hits.some((each) => each.length)) continue;
      const called = [...around, ...tokens(place.name, language)];
      const said = terms.map((term, number) => hits[number].length || spans(term, called, language).length);
      said.forEach((has, number) => has && seen.add(number));
      places.push({ ...place, tokens: words, hits: hits.flat(), all: said.every(Boolean), score: score(place, hits, terms, words) });
    }
    const facts = [...around, ...tokens(entry.places[0]?.name ?? "", language)];
    terms.forEach((term, number) => spans(term, facts, language).length && seen.add(number));
    const whole = terms.every((term) => spans(term, facts, language).length);
    // The record of a document stands first in it, and says less than its passages.
    if (kind({ entry }) === 0 && places[0]?.anchor === entry.places[0].anchor) places.push(places.shift());
    return { entry, places: places.filter((place) => place.all), some: places, seen, whole };
  }

  // More for more of the terms, for words as they were typed, and for terms side by side; less for a
  // note of the editor's.
  function score(place, hits, terms, words) {
    let sum = /-n\d+$/.test(place.anchor) ? -0.3 : 0;
    hits.forEach((each, number) => {
      const same = each.some(([at]) => words[at].word === terms[number].ways[0].said[0]);
      if (each.length) sum += 1 + Math.log(each.length) / 4 + (same ? 0.2 : 0);
    });
    const ends = new Set(hits.flat().map(([, end]) => end));
    const beside = hits.flat().filter(([at]) => ends.has(at)).length;
    return sum + Math.min(beside, 3) / 2 - Math.min(words.length, 400) / 2000;
  }

  const KINDS = ["Document", "Chronology", "Subject", "Work", "Glossary", "Page"];

  // What is asked for in the order in which it is shown; `scattered` where no place has all of it.
  // What has no language is in the archive's `own`.
  function found(entries, terms, own) {
    const all = entries.map((entry) => match(entry, terms, own));
    const have = all.filter((each) => each.places.length || each.whole);
    const scattered = have.length ? [] : all.filter((each) => each.seen.size === terms.length);
    const lacking = terms.filter((_term, number) => !all.some((each) => each.seen.has(number)));
    return {
      results: inOrder(have.length ? have : scattered.map((each) => ({ ...each, places: each.some }))),
      scattered: scattered.length > 0, lacking,
    };
  }

  const best = (result) => Math.max(result.whole ? 1 : 0, ...result.places.map((place) => place.score));
  const kind = (result) => KINDS.indexOf(result.entry.facets.type?.[0]);

  function inOrder(results) {
    return results.map((each) => [kind(each), -best(each), each])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , each]) => each);
  }

  // --- A word that stands nowhere: the most frequent of the words that are nearest to it

  function nearest(word, vocabulary) {
    const asked = word.toLowerCase();
    let most = asked.length < 4 ? 0 : asked.length < 6 ? 1 : 2;
    let found = null;
    for (const each of vocabulary) {
      if (Math.abs(each.length - asked.length) > most || each === asked) continue;
      const apart = distance(asked, each, most);
      if (apart <= most) {
        found = each;
        most = apart - 1;
        if (!most) break;
      }
    }
    return found;
  }

  // Letters to add, to leave out, to change, or to swap with the next one (Damerau, 1964).
  function distance(a, b, most) {
    let [before, last] = [[], [...Array(b.length + 1).keys()]];
    for (let row = 1; row <= a.length; row += 1) {
      const line = [row];
      for (let at = 1; at <= b.length; at += 1) {
        const change = a[row - 1] === b[at - 1] ? 0 : 1;
        line[at] = Math.min(last[at] + 1, line[at - 1] + 1, last[at - 1] + change);
        if (row > 1 && at > 1 && a[row - 1] === b[at - 2] && a[row - 2] === b[at - 1]) {
          line[at] = Math.min(line[at], before[at - 2] + 1);
        }
      }
      if (Math.min(...line) > most) return most + 1;
      [before, last] = [last, line];
    }
    return last[b.length];
  }

  function vocabulary(entries) {
    const counts = new Map();
    for (const { places } of entries) {
      for (const { words } of places) {
        for (const word of words.toLowerCase().match(/\p{L}{3,}/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
      }
    }
    return [...counts].sort((a, b) => b[1] - a[1]).map(([word]) => word);
  }

  // --- A citation in hand

  const ANCHOR = /[a-z][a-z0-9]*(?:-[a-z0-9]+)*-[a-z][1-9][0-9]*(?![a-z0-9-])/g;
  const ADDRESS = /documents\/([a-z][a-z0-9-]*)\.(?:made\.|references\.)?[a-z]+(?:\.[a-z]+)?(?:[?][^\s#]*)?(?:#(?:nameddest=)?([^\s&"'<>},]+))?/;
  const PRINT = /(?<![0-9a-z])[0-9a-f]{12,64}(?![0-9a-z])/i;
  // What a locator begins with, where no document is named.
  const LOCATOR = /^(?:[a-z]{1,2}\.?\s?\d+|[\[¶§].*\d.*|(?:whereas|resolved|paragraph|para|par|article|art|section|sec|item|editor[’']s note|note|signatory|footnote|figure)\b\.?\s*(?:cl\.\s*)?\d.*)$/i;

  // What kind of citation it is: {print}, {anchors}, {document, fragment}; {text} for what may name
  // a passage in words; null for none.
  function citation(asked) {
    const text = decoded(asked).trim();
    const address = text.match(ADDRESS);
    const after = address?.[2]?.replace(/[.,;:)\]]+$/, "");
    if (after && after.match(ANCHOR)?.[0] === after) return { anchors: [after] };
    const named = text.match(/nameddest=([a-z0-9-]+)/)?.[1] ?? text.match(/#([a-z0-9-]+-[a-z][1-9][0-9]*)\b/)?.[1];
    if (named) return { anchors: [named] };
    if (address) return { document: address[1], fragment: after ?? "" };
    const anchors = text.match(ANCHOR);
    if (anchors) return { anchors: [...new Set(anchors)] };
    const print = text.match(PRINT)?.[0];
    if (print && /\d/.test(print)) return { print: print.toLowerCase() };
    return { text };
  }

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a per cent sign that encodes nothing
    }
  }

  // The documents that a text names, each with what it says besides, which may be a locator; by their
  // id, short title or title, else by who issued them.  Rows: id, short title, title, issuer, …
  function documentsNamed(text, rows) {
    const said = ` ${locate.parts(text)} `;
    const found = [];
    for (const row of rows) {
      row.slice(0, 4).some((name, rank) => {
        const parts = ` ${locate.parts(name)} `;
        const at = parts.trim() ? said.indexOf(parts) : -1;
        if (at < 0) return false;
        const rest = `${said.slice(0, at)} ${said.slice(at + parts.length)}`.replace(/ (?:of|the|in|cl|at|see)(?= )/g, " ");
        return found.push({ row, rest: rest.trim().replace(/\s+/g, " "), weight: rank < 3 ? parts.length : 0 });
      });
    }
    const most = Math.max(...found.map((each) => each.weight));
    return found.filter((each) => each.weight === most);
  }

  // The places that the end of a text names: “2021, rewritten by …, whereas 3”.
  function located(rest, places) {
    const words = rest.split(" ");
    for (let from = 0; from < words.length; from += 1) {
      const asked = words.slice(from).join(" ");
      const found = from === 0 || /\d/.test(asked) && from < words.length - 1 ? locate(asked, places) : [];
      if (found.length) return found;
    }
    return [];
  }

  return { citation, documentsNamed, forms, found, located, LOCATOR, match, nearest, query, stem, tokens, vocabulary };
})();
