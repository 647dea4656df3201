"use strict";
const checking = (() => {
  async function check(text, { step }) {
    for (let n = 0; n < 300; n += 1) { const t = performance.now(); while (performance.now() - t < 10); await step(n / 300); }
    const F = (o) => ({ at: [0, 40], place: "line 3", kind: "quotation", state: "stands", found: "“news organizations publish”", passage: { href: "documents/ala-assange-resolution.html#ala-assange-resolution-w3", name: "ALA resolution, whereas 3" }, ...o });
    return { text, unchecked: [], findings: [
      F({ before: "The association holds that ", after: " and that this is so." }),
      F({ state: "misquoted", at: [50, 60], place: "line 9", parts: [["", "“news organizations "], ["del", "print"], ["ins", "publish"], ["", " information in the public interest”"]] }),
      F({ state: "moved", kind: "anchor", at: [70, 80], found: "ala-assange-resolution-w9" }),
      F({ state: "withdrawn", kind: "address", at: [90, 95], found: "https://press-freedom-archive.example/documents/ala-assange-resolution.html#ala-assange-resolution-w9" }),
      F({ state: "reworded", kind: "citation", at: [100, 110], found: "ALA resolution, whereas 3" }),
      F({ state: "unclear", kind: "citation", at: [120, 130], found: "the resolution, whereas 3", passage: null }),
      F({ state: "outside", at: [140, 150], found: "“nothing of this is said by anybody”", passage: null }),
    ] };
  }
  return { check };
})();
