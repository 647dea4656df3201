// The words of a text and of a passage: how they are divided, and what finds them in the index.
// archive/checking/__init__.py specifies it in its sections 2 and 3; archive/checking/words.py is the
// same in Python.
"use strict";

const wording = (() => {
  // What Python's str.split takes for white space; after `plain` there is none but the space.
  const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
  const SPACES = RegExp(`[${SPACE}]+`, "g");

  // A text as `plain` has it, but with its quotation marks: each place is the same in both.
  const spaced = (text) => text.normalize("NFC").replace(/[\u00ad\u200b\ufeff]/g, "").replace(SPACES, " ").replace(/^ | $/g, "");
  const plain = (text) => spaced(text).replace(/[‘’‚‛′]/g, "'").replace(/[“”„‟″]/g, '"');

  // --- Tokens

  const UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{3ffff}";
  const MARKS = "!-\\/:-@\\[-`\\{-©«-±´¶-¸»¿×÷\u02c2-\u02df\u037e\u0387\u055a-\u055f\u0589\u058a\u05be\u05c0\u05c3\u05f3\u05f4\u060c\u060d\u061b\u061d-\u061f\u066a-\u066d\u06d4\u0964\u0965\u0e2f\u0e5a\u0e5b\u104a\u104b\u1361-\u1368\u17d4-\u17d6\u200e-\u2027\u202a-\u206f\u20a0-\u20cf\u2190-\u2bff\u3001-\u3004\u3008-\u3020\u3030\u30fb\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65";
  const QUOTES = "\"'‘’‚‛“”„‟«»‹›「」『』〝〞〟`´";
  const DOTS = "(?:…|\\.(?: ?\\.){2,3})";
  const LETTER = `[^${SPACE}${MARKS}${UNSPACED}]`;
  const TOKEN = RegExp(
    `(?<gap>\\[ ?${DOTS} ?\\]|\\( ?${DOTS} ?\\)|${DOTS})|(?<dash>[–—―]|--+|(?<= )-(?= ))`
    + `|(?<word>[${UNSPACED}]|${LETTER}+(?:'${LETTER}+)*)`
    + `|[${QUOTES}\\-‐‑\u200e\u200f\u202a-\u202e\u2060-\u206f]|(?<mark>[^${SPACE}])`, "gu");

  const WORD_MARK = RegExp(`${LETTER}|[${UNSPACED}]`, "u");
  const hasWords = (text) => WORD_MARK.test(text);

  // The tokens of a plain text: what is said ("…" for every gap, "—" for every dash), kind, place.
  function tokens(text) {
    const found = [];
    for (const { 0: said, index: at, groups } of text.matchAll(TOKEN)) {
      const kind = groups.word ? "word" : groups.mark ? "mark" : groups.gap ? "gap" : groups.dash ? "dash" : null;
      if (kind) found.push({ said: { gap: "…", dash: "—" }[kind] ?? said, kind, at, end: at + said.length });
    }
    return found;
  }

  // --- Numbers of runs of words

  const RUN = 4; // words of a run, and the least of a quotation that is looked up
  const LEFT_OUT = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640']/g;
  const key = (word) => word.toLowerCase().normalize("NFKD").replace(LEFT_OUT, "").normalize("NFC");

  const CRC = Uint32Array.from({ length: 256 }, (_each, byte) => { // ISO 3309, as in ZIP
    let rest = byte;
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    return rest;
  });
  const encoder = new TextEncoder();

  const NUMBERS = 0x4000000; // all numbers are below it
  const FACTORS = [0x9e3779, 0x85ebcb, 0xc2b2af];
  const numbered = new Map();

  const crc32 = (text) => (divided(0xffffffff, text) ^ 0xffffffff) >>> 0;

  function divided(before, text) {
    let rest = before;
    for (const byte of encoder.encode(text)) rest = (rest >>> 8) ^ CRC[(rest ^ byte) & 255];
    return rest;
  }

  function numberOf(word) {
    if (!numbered.has(word)) numbered.set(word, crc32(key(word)) % NUMBERS);
    return numbered.get(word);
  }

  const TITLE = 5; // parts of a title that its number is made of

  // The numbers that a title may have which begins with some parts: of the first two, three and so on.
  function numbersOfTitle(parts) {
    let rest = 0xffffffff;
    return parts.slice(0, TITLE).map((said, at) => {
      rest = divided(rest, at ? ` ${said}` : said);
      return (rest ^ 0xffffffff) >>> 0; // whole: each that is met by chance loads a document
    }).slice(1);
  }

  // The number of each run of words.
  function numbers(words) {
    const each = words.map(numberOf);
    const [first, second, third] = FACTORS;
    return each.slice(RUN - 1).map((last, at) => (each[at] * first + each[at + 1] * second + each[at + 2] * third + last) % NUMBERS);
  }

  return { hasWords, key, numbers, numbersOfTitle, plain, RUN, SPACE, spaced, TITLE, tokens, UNSPACED };
})();
