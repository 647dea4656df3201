// Finds the passage that a locator names: “57”, “[57]”, “19(3)(b)”, “W3”, “whereas 3”, an anchor.
"use strict";

const locate = (() => {
  const SAME = { article: "art", paragraph: "para", par: "para", "¶": "para", section: "sec", "§": "sec", exhibit: "ex",
    artículo: "art", статья: "art", ст: "art", مادة: "art", المادة: "art", párrafo: "para", paragraphe: "para", пункт: "para", п: "para", الفقرة: "para" };

  // The words and numbers of a text, in order: “art. 19(3)(b)” has art, 19, 3 and b.
  function parts(text) {
    const plain = text.normalize("NFKC").toLowerCase().replace(/[٠-٩۰-۹]/g, (digit) => digit.charCodeAt() & 15);
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
