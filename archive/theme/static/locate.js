// Finds the passage that a locator names: “57”, “[57]”, “19(3)(b)”, “W3”, “whereas 3”, an anchor.
"use strict";

const locate = (() => {
  const SAME = { article: "art", paragraph: "para", par: "para", "¶": "para", section: "sec", "§": "sec", exhibit: "ex",
    artículo: "art", статья: "art", ст: "art", مادة: "art", المادة: "art", párrafo: "para", paragraphe: "para", пункт: "para", п: "para", الفقرة: "para" };

  // “第十九条第二款”, “제19조”: numbers stand before what they count, without a space.
  const COUNTED = /[第제]?([〇零一二三四五六七八九十百千]+|\d+)([条條조款段项項항节節章])/g;
  const UNITS = { 条: "art", 條: "art", 조: "art", 款: "para", 段: "para", 项: "para", 項: "para", 항: "para", 节: "sec", 節: "sec", 章: "chapter" };
  const TENS = { 十: 10, 百: 100, 千: 1000 };

  // The value of a Chinese numeral below 10,000: 二十九, 一百零二, 一九.
  function valued(numeral) {
    const digit = (sign) => Math.max("〇一二三四五六七八九".indexOf(sign), 0);
    if (!/[十百千]/.test(numeral)) return [...numeral].map((sign) => (/\d/.test(sign) ? sign : digit(sign))).join("");
    let [total, last] = [0, 0];
    for (const sign of numeral) {
      if (TENS[sign]) [total, last] = [total + Math.max(last, 1) * TENS[sign], 0];
      else last = digit(sign);
    }
    return total + last;
  }

  // The words and numbers of a text, in order: “art. 19(3)(b)” has art, 19, 3 and b.
  function parts(text) {
    const plain = text.normalize("NFKC").toLowerCase().replace(/[٠-٩۰-۹]/g, (digit) => digit.charCodeAt() & 15)
      .replace(COUNTED, (_all, numeral, unit) => ` ${UNITS[unit]} ${valued(numeral)} `);
    const found = plain.match(/\p{L}+|\p{N}+|[¶§]/gu) ?? [];
    return found.map((part) => SAME[part] ?? part).join(" ");
  }

  // Places (anchor, label, number, name) with this anchor, number or label; or else those whose name
  // ends with what was asked for, if need be without a word for a paragraph before it.
  function locate(asked, places) {
    const given = asked.trim().replace(/^#/, "");
    const whole = parts(given);
    const bare = whole.replace(/^(para|no|nr|sec|art) (?=.)/, "");
    if (!whole) return [];
    const senses = [
      (place) => place.anchor === given,
      (place) => parts(place.label) === whole,
      (place) => parts(place.number ?? "") === whole,
      (place) => place.anchor.endsWith(`-${given.toLowerCase()}`),
      ...[whole, bare].map((each) => (place) => ` ${parts(place.name)}`.endsWith(` ${each}`)),
    ];
    return senses.map((sense) => places.filter(sense)).find((each) => each.length) ?? [];
  }

  return Object.assign(locate, { parts });
})();
