// The check of a text: finds what it cites and quotes, and says what became of each.
// archive/checking/__init__.py specifies it; archive/checking/engine.py is the same in Python.
"use strict";

const checking = (() => {
  const { plain } = wording;
  const { addresses, after, anchorOf, anchors, before, isLocator, joined, linked, names, parts, reference } = references;
  const MOST_TEXT = 20_000_000; // characters of a text
  const MOST_FOUND = 20_000; // references and quotations of a text
  const SPAN = 200; // characters between an anchor and a fingerprint of it
  const BESIDE = 40; // characters between a quotation and its reference
  const BRACKETS = 300; // characters in a pair of brackets that may be a citation

  let opening = null;

  // Everything that a text cites or quotes, with what became of it, in the order of the text.
  // `form` is txt, md or html; `day`, as 2026-11-22, is the day for which states are told, today
  // without one; `step(share)` is awaited often, and may throw to end the check.  Returns {findings, blocks, unread}: a
  // finding says besides what archive/checking/finding.py has, in which block it stands, where (at,
  // end), how what it names is called, and what differs (marks); `unread` are files that are missing.
  async function check(text, { form = "txt", day = "", step = async () => {} } = {}) {
    opening ??= holdings.open().catch((error) => { opening = null; throw error; });
    const copy = await opening;
    copy.retry();
    const blocks = reading.read(form === "blocks" ? text : text.slice(0, MOST_TEXT), form);
    const length = blocks.reduce((sum, block) => sum + block.text.length, 1);
    const told = [];
    const findings = [];
    let read = 0; // characters, of which each is gone through twice
    const run = new Check(copy, day, (at) => step((told.length < blocks.length ? read + at : length + 3 * (read + at)) / (4 * length)));
    let left = MOST_FOUND;
    for (const block of blocks) {
      const isOpen = left > 0;
      const quotations = isOpen ? quoting.find(block).slice(0, left) : [];
      const cited = isOpen ? (await run.references(block)).slice(0, left) : [];
      left -= quotations.length + cited.length;
      told.push({ block, references: cited, quotations, isCut: isOpen && left <= 0 });
      read += block.text.length;
    }
    addNotes(told);
    read = 0;
    for (const [number, block] of blocks.entries()) {
      findings.push(...await run.findings(told, number));
      read += block.text.length;
    }
    return { blocks, findings, isWhole: text.length <= MOST_TEXT, unread: copy.missing() };
  }

  // For a quotation, the references of its note stand at its mark, too.
  function addNotes(told) {
    const notes = new Map(told.filter(({ block }) => block.note).map(({ block, references: cited }) => [block.note, cited]));
    for (const each of told) {
      const ofNotes = each.block.marks.flatMap(([at, name]) => (notes.get(name) ?? []).slice(0, 3).map((one) => ({ ...one, at, end: at })));
      each.nearby = [...each.references, ...ofNotes].sort((a, b) => a.at - b.at);
      each.documents = new Set(each.nearby.map(documentOf));
    }
  }

  class Check {
    constructor(copy, day, step) {
      Object.assign(this, { copy, step });
      this.following = new comparing.Following(copy, day);
      this.comparing = new comparing.Comparing(copy, day, this.following);
    }

    async findings(told, number) {
      const { block, references: cited, quotations } = told[number];
      const found = [];
      await this.step(0);
      const put = async (finding, kind, { at, end }) => {
        if (finding) found.push([at, kind, { line: reading.lineOf(block, at), ...finding, block: number, at, end: finding.shownUntil ?? end, ...await this.named(finding) }]);
      };
      for (const each of cited) if (!each.isRepeated) await put(await this.follow(each), 1, each);
      for (const [place, quotation] of quotations.entries()) {
        await this.step(quotation.at);
        const [beside, isNext] = besideOf(place, told, number);
        await put(await this.compare(quotation, told[number], beside, isNext), 0, quotation);
      }
      found.sort(([a, first], [b, second]) => a - b || first - second);
      const much = { found: "", kind: "quotation", state: "unclear", note: "much", line: reading.lineOf(block, 0), block: number, at: block.text.length, end: block.text.length };
      return [...found.map(([, , finding]) => finding), ...told[number].isCut ? [much] : []];
    }

    // How what a finding names is called, and whether an earlier wording of it is kept.
    async named({ anchor = "", target = "", state, note = "" }) {
      const called = async (each) => {
        const id = anchorOf(each) || each;
        if (!this.copy.numberOf.has(id)) return "";
        const document = await this.copy.document(id);
        const held = document?.byAnchor.get(each);
        return id === each ? this.copy.rows[this.copy.numberOf.get(id)][1] : held?.name ?? (document?.gone.has(each) ? each : "");
      };
      const id = anchorOf(anchor);
      const document = this.copy.numberOf.has(id) && await this.copy.document(id);
      const history = (document && document.byAnchor.get(anchor)?.history) || [];
      const past = (state === "reworded" || note.startsWith("until")) && history.some((event) => "text" in event);
      return { name: anchor && await called(anchor), targetName: target && await called(target), past };
    }

    // --- References

    async references(block) {
      const { text, place } = joined(block);
      const { base } = this.copy;
      const found = addresses(text, base).filter((each) => this.isOurs(each));
      const taken = [...found];
      await this.step(0);
      let last = 0; // the number of addresses that begin before an anchor
      for (const each of anchors(text)) {
        while (taken[last]?.at <= each.at) last += 1;
        const isInside = last && each.at < taken[last - 1].end;
        if (!isInside && (each.kind === "fingerprint" || this.isKnown(each.anchor))) found.push(each);
      }
      const all = found.map((each) => ({ ...each, at: place(each.at), end: place(each.end) }));
      all.push(...block.links.map((link) => linked(link, base)).filter((each) => each && this.isOurs(each)));
      const those = withPrints(inOrder(all));
      const first = onceEach(those);
      const cited = (await this.cited(block.text)).filter((each) => !overlaps(each, first));
      const documents = new Set(first.map(documentOf));
      const told = [...first, ...onceEach(cited.filter((each) => !documents.has(documentOf(each))))];
      const places = new Set(told.map(({ at, end }) => `${at} ${end}`));
      const again = [...those, ...cited].filter((each) => !places.has(`${each.at} ${each.end}`) && each.kind !== "fingerprint" && !each.unclear);
      return inOrder([...told, ...again.map((each) => ({ ...each, isRepeated: true }))]);
    }

    isKnown(anchor) {
      const id = anchorOf(anchor);
      return this.copy.numberOf.has(id) || Object.hasOwn(this.copy.renamed, id) || Object.hasOwn(this.copy.gone, anchor);
    }

    isOurs(each) {
      const id = documentOf(each);
      return this.copy.numberOf.has(id) || Object.hasOwn(this.copy.renamed, id) || Object.hasOwn(this.copy.gone, each.anchor) || each.isOurs;
    }

    // Citations in words.
    async cited(text) {
      const found = parts(text);
      const all = await this.inBrackets(text);
      for (const named of this.copy.titles.named(found)) {
        await this.step(found[named.at].at);
        const one = await this.located(named, found, text);
        if (one) all.push(one);
      }
      return all;
    }

    async located(named, found, text) {
      const isNumber = (part) => /^\d/.test(part.said) || part.said === "第";
      if (!named.after.slice(0, 4).some(isNumber) && !named.before.some(isNumber)) return null;
      const [begin, end] = [found[named.at].at, found[named.end - 1].end];
      const hits = [];
      for (const number of named.documents.slice(0, 8)) {
        const [id, short] = this.copy.rows[number];
        const tails = (await this.copy.document(id))?.tails(short);
        const hit = tails && after(named, tails);
        const back = tails && !hit && before(named, tails);
        if (hit) hits.push([hit[0], begin, named.after[hit[1] - 1].end]);
        else if (back) hits.push([back[0], back[1].at, end]);
      }
      if (hits.length) {
        const [[anchor, at, last]] = hits;
        const unclear = new Set(hits.map(([each]) => each)).size > 1 ? "several" : "";
        return reference("citation", at, last, plain(text.slice(at, last)), { anchor, unclear });
      }
      if (!isLocator(named.after)) return null;
      const last = named.after[1].end;
      return reference("citation", begin, last, text.slice(begin, last), { anchor: this.copy.rows[named.documents[0]][0], unclear: "unknown" });
    }

    // “(American Library Association, 2021 or later, whereas 3)”.
    async inBrackets(text) {
      const found = [];
      for (let at = text.indexOf("("); at >= 0; at = text.indexOf("(", at + 1)) {
        const inside = text.slice(at + 1, at + BRACKETS).match(/^[^)]*(?=\))/)?.[0];
        if (inside === undefined || !/\p{Nd}/u.test(inside)) continue;
        const said = names(inside);
        const [documents, behind] = this.copy.titles.issued(said);
        const hits = await this.tailed(documents.slice(0, 16), said.slice(behind));
        if (hits.length) found.push(reference("citation", at + 1, at + 1 + inside.length, plain(inside), { anchor: hits[0], unclear: hits.length > 1 ? "several" : "" }));
      }
      return found;
    }

    async tailed(documents, said) {
      const found = [];
      for (const number of documents) {
        const [id, short] = this.copy.rows[number];
        const tails = (await this.copy.document(id))?.tails(short);
        const anchor = said.map((_each, begin) => tails?.get(said.slice(begin).join("\u0001"))).find((each) => each !== undefined);
        if (anchor !== undefined) found.push(anchor);
      }
      return found;
    }

    async follow(one) {
      const found = await this.following.follow(one);
      return found && one.fragment && found.state === "stands" ? this.fragment(found, one) : found;
    }

    // The state of an address by the words that it asks a browser to show.
    async fragment(found, one) {
      const home = await this.comparing.home(one.isDocument ? "" : one.anchor, documentOf(one), true);
      const quoted = await this.comparing.compare(quoting.patterns(one.fragment), one.fragment, home);
      if (quoted.state === "outside") return { ...found, state: "misquoted", note: "absent" };
      const note = ["ellipsis", "case", "brackets", "elsewhere"].includes(quoted.note) ? "" : quoted.note;
      return { ...found, state: quoted.state, note, sha256: quoted.sha256, anchor: quoted.anchor || found.anchor };
    }

    // --- Quotations

    // What became of the words of a quotation; null for one that is none.
    async compare(quotation, told, beside, isNext) {
      const { text } = told.block;
      const home = beside
        ? await this.comparing.home(beside.isDocument ? "" : beside.anchor, documentOf(beside), isNext)
        : { document: null, anchor: "", standing: null, isNext: false };
      for (const end of quotation.others.length ? [quotation.end, ...quotation.others] : []) {
        const found = await this.comparing.exact(readAs(told.block, quotation.at, end), plain(text.slice(quotation.at, end)), home);
        if (found) return Object.assign(found, { shownUntil: end });
      }
      const said = plain(text.slice(quotation.at, quotation.end));
      const read = readAs(told.block, quotation.at, quotation.end);
      if (!read.at(-1).items.length || await this.isTitle(said, told)) return null;
      return this.comparing.compare(read, said, home);
    }

    // Whether a quotation is the title of a document that its block refers to.
    async isTitle(said, told) {
      for (const id of told.documents) {
        const document = this.copy.numberOf.has(id) && await this.copy.document(id);
        const title = document ? plain(document.title).replace(/^[[\]]+|[[\]]+$/g, "").toLowerCase() : "";
        if (title && said.toLowerCase().replace(/^\[+/, "").startsWith(title)) return true;
      }
      return false;
    }
  }

  // The reference of a quotation, and whether it stands next to it.
  function besideOf(place, told, number) {
    const usable = (all) => all.filter((each) => each.kind !== "fingerprint");
    const own = told[number].usable ??= usable(told[number].nearby);
    const near = nextTo(place, own, told[number].quotations, told[number].block.text);
    if (near) return [near, true];
    if (!told[number].quotations[place].isBlock) return [null, false];
    const [after, before] = [told[number + 1]?.references ?? [], told[number - 1]?.references ?? []];
    const [found = null] = usable([...own.slice(0, 1), ...after.slice(0, 1), ...before.slice(-1)]);
    return [found, false];
  }

  const SENTENCE_END = /[.!?。]/;
  const NEW_SENTENCE = /[.!?。][^\s\p{L}\p{N}_]*\s+[\p{L}\p{N}_]/u;

  // The reference that follows a quotation, or else stands before it in the same sentence.
  function nextTo(place, own, quotations, text) {
    const { at, end } = quotations[place];
    const behind = firstFrom(own, end);
    const later = own[behind];
    if (later && later.at - end <= BESIDE && !NEW_SENTENCE.test(text.slice(end, later.at)) && !(quotations[place + 1]?.at < later.at)) return later;
    let before = behind - 1;
    while (before >= 0 && own[before].end > at) before -= 1;
    const earlier = own[before];
    if (earlier && at - earlier.end <= BESIDE && !SENTENCE_END.test(text.slice(earlier.end, at)) && !(quotations[place - 1]?.at > earlier.at)) return earlier;
    return null;
  }

  // The number of the first of some references that begins at a place or behind it.
  function firstFrom(all, place) {
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (all[middle].at < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function readAs(block, at, end) {
    const text = block.text.slice(at, end);
    const skipped = at + text.length - text.trimStart().length;
    return quoting.patterns(text, new Set(reading.breaksOf(block, skipped, end).map((place) => place - skipped)));
  }

  const documentOf = (one) => (one.isDocument ? one.anchor : anchorOf(one.anchor));
  const inOrder = (all) => all.sort((a, b) => a.at - b.at || a.end - b.end);
  const overlaps = (one, others) => others.some(({ at, end }) => at < one.end && one.at < end);

  // The references with the fingerprints that follow them.
  function withPrints(found) {
    const done = [];
    for (const each of found) {
      const last = done.at(-1);
      const isOfLast = each.kind === "fingerprint" && last && last.kind !== "fingerprint" && each.at - last.end <= SPAN;
      if (isOfLast && last.anchor && !last.isDocument && !last.sha256) done[done.length - 1] = { ...last, sha256: each.sha256 };
      else done.push(each);
    }
    return done;
  }

  // The references without those that repeat an anchor; the first takes over a fingerprint.
  function onceEach(found) {
    const done = new Map();
    for (const each of found) {
      const name = each.anchor ? `${each.anchor}\u0001${each.fragment}` : `${each.sha256}\u0001fingerprint`;
      const known = done.get(name);
      if (!known) done.set(name, each);
      else if (each.sha256 && !known.sha256) done.set(name, { ...known, sha256: each.sha256 });
    }
    return [...done.values()];
  }

  return { check };
})();
