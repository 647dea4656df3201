// The check of a text: finds what it cites and quotes, and says what became of each.
// archive/checking/__init__.py specifies it; archive/checking/engine.py is the same in Python.
"use strict";

const checking = (() => {
  const { plain } = wording;
  const { addresses, after, anchorOf, anchors, around, before, behind, isLocator, joined, linked, nameIn, names, parts, reference } = references;
  const MOST_TEXT = 20_000_000; // characters of a text
  const MOST_FOUND = 20_000; // references and quotations of a text
  const SPAN = 200; // characters between an anchor and a fingerprint of it
  const BESIDE = 40; // characters between a quotation and its reference
  const OF_NOTE = /\d to \[?$/; // “Editor’s note 1 to”, before a title
  const BRACKETS = 300; // characters in a pair of brackets that may be a citation
  const NESTED = 8; // pairs of brackets in one
  const CITATION = 60; // parts of a citation behind its title
  const DOCUMENTS = 8; // of one title that are looked at

  let opening = null;

  // Everything that a text cites or quotes, with what became of it, in the order of the text.
  // `form` is txt, md or html; `day`, as 2026-11-22, is the day for which states are told, today
  // without one; `step(share)` is awaited often, and may throw to end the check.  Returns {findings, blocks, unread}: a
  // finding says besides what archive/checking/telling.py has, in which block it stands, where (at,
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
      const cited = withoutVague((await this.cited(block.text)).filter((each) => !overlaps(each, first)), first);
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
      const titles = this.copy.titles.named(found);
      let [end, next] = [0, 0];
      for (const named of titles) {
        await this.step(found[named.at].at);
        const whole = named.isFull ? await this.whole(named, found) : named;
        if (!whole || named.at < end) continue;
        ({ end } = whole);
        while (titles[next]?.at < end) next += 1;
        const limit = titles[next]?.at ?? found.length;
        const one = await this.located(whole, found.slice(end, Math.min(limit, end + CITATION)), found, text);
        if (one) all.push(one);
      }
      return all;
    }

    // The documents whose full title stands there, the longest; null where none does.
    async whole(named, found) {
      const held = new Map();
      for (const number of named.documents.slice(0, DOCUMENTS)) {
        const document = await this.copy.document(this.copy.rows[number][0]);
        const title = document ? names(document.title) : [];
        if (!title.length || !title.every((said, place) => found[named.at + place]?.said === said)) continue;
        const end = named.at + title.length;
        held.set(end, [...held.get(end) ?? [], number]);
      }
      const end = Math.max(...held.keys());
      return held.size ? { ...named, documents: held.get(end), end } : null;
    }

    // The citation that a title belongs to; `rest` are the parts from it to the next one.
    async located(named, rest, found, text) {
      const isNumber = (part) => /^\d/.test(part.said) || part.said === "第";
      const near = around(named, found);
      if (!named.isFull && !near.after.slice(0, 4).some(isNumber) && !near.before.some(isNumber)) return null;
      const [begin, end] = [found[named.at].at, found[named.end - 1].end];
      const hits = [];
      for (const number of named.documents.slice(0, DOCUMENTS)) {
        const [id, short] = this.copy.rows[number];
        const tails = (await this.copy.document(id))?.tails(short);
        const hit = tails && after(near, tails);
        const back = tails && !hit && before(near, tails);
        const far = tails && !hit && !back && named.isFull && behind(rest, this.copy.publisher, tails);
        if (hit) hits.push([hit[0], begin, near.after[hit[1] - 1].end]);
        else if (back) hits.push([back[0], back[1].at, end]);
        else if (far) hits.push([far[0], begin, far[1].end]);
      }
      if (!hits.length) return this.unlocated(named, near, rest, text, begin);
      const [[anchor, at, last]] = hits;
      const unclear = new Set(hits.map(([each]) => each)).size > 1 ? "several" : "";
      return reference("citation", at, last, plain(text.slice(at, last)), { anchor, unclear });
    }

    // The citation of a whole document, or of a passage that none has.
    unlocated(named, near, rest, text, begin) {
      const anchor = this.copy.rows[named.documents[0]][0];
      if (isLocator(near.after)) {
        const { end } = near.after[1];
        return reference("citation", begin, end, text.slice(begin, end), { anchor, unclear: "unknown" });
      }
      const size = named.isFull ? nameIn(rest, this.copy.publisher) : 0;
      if (!size) return null;
      const { end } = rest[size - 1];
      return reference("citation", begin, end, plain(text.slice(begin, end)), { anchor, isDocument: true, unclear: named.documents.length > 1 ? "several" : "" });
    }

    // “(American Library Association, 2021 or later, whereas 3)”.
    async inBrackets(text) {
      const found = [];
      for (let at = text.indexOf("("); at >= 0; at = text.indexOf("(", at + 1)) {
        const end = closing(text, at);
        const inside = text.slice(at + 1, end);
        if (end < 0 || !/\p{Nd}/u.test(inside)) continue;
        const said = names(inside);
        const [documents, size] = this.copy.titles.issued(said);
        const hits = await this.tailed(documents.slice(0, 16), said.slice(size));
        const put = (more) => found.push(reference("citation", at + 1, end, plain(inside), more));
        if (hits.length) put({ anchor: hits[0], unclear: hits.length > 1 ? "several" : "" });
        else if (documents.length || this.isOfArchive(said)) {
          const anchor = documents.length === 1 ? this.copy.rows[documents[0]][0] : "";
          put({ anchor, isDocument: true, unclear: isLocator(parts(inside).slice(size)) ? "unknown" : "several" });
        }
      }
      return found;
    }

    // Whether it is “archive, year”, which is how APA cites the archive’s own notes.
    isOfArchive(said) {
      const { publisher } = this.copy;
      return said.length === publisher.length + 1 && /^\d{4}$/.test(said.at(-1)) && publisher.every((part, place) => said[place] === part);
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
        const here = said.toLowerCase().replace(/^[[\]]+|[[\]]+$/g, "");
        if (title && (here.startsWith(title) || (here.endsWith(title) && OF_NOTE.test(here.slice(0, -title.length))))) return true;
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
  // The place of the bracket that closes the one there; -1 where it is far or nowhere.
  function closing(text, at) {
    let [depth, closed] = [0, 0];
    for (let place = at; place < Math.min(at + BRACKETS, text.length) && closed < NESTED; place += 1) {
      if (text[place] === "(") depth += 1;
      if (text[place] === ")") [depth, closed] = [depth - 1, closed + 1];
      if (!depth) return place;
    }
    return -1;
  }

  // Citations without those that name no passage where another says what is cited.
  function withoutVague(cited, others) {
    const isVague = (each) => each.isDocument && each.unclear;
    const told = [...others, ...cited.filter((each) => !isVague(each))];
    const documents = new Set(told.map(documentOf));
    return cited.filter((each) => !isVague(each) || (each.anchor ? !documents.has(each.anchor) : !told.length));
  }

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
