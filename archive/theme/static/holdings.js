// What a check reads of the archive: its index, and its documents, as scripts that hand over data,
// because a page that is opened from a disk can load scripts and nothing else.
// archive/checking/__init__.py specifies it in the sections 1 and 3; archive/checking/copy.py is the
// same in Python.
"use strict";

const holdings = (() => {
  const { key, numbers, tokens } = wording;
  const root = new URL("../", document.currentScript.src);
  const handed = new Map();
  const loading = new Map();
  const missing = new Map(); // files, by what they would hand over

  globalThis.checkData = (name, data) => handed.set(name, data);

  // The value that a file hands over; null where it is missing.
  function load(name, path) {
    if (!loading.has(name)) {
      loading.set(name, new Promise((resolve) => {
        const script = document.createElement("script");
        const done = () => {
          script.remove();
          if (!handed.has(name)) missing.set(name, path);
          resolve(handed.get(name) ?? null);
          handed.delete(name);
        };
        Object.assign(script, { src: new URL(path, root), onload: done, onerror: done });
        document.head.append(script);
      }));
    }
    return loading.get(name);
  }

  // Tokens of one wording, or of the wordings of a document on a day, one after another.
  class Stream {
    constructor(wordings) {
      this.starts = [];
      this.tokens = [];
      for (const each of wordings) {
        this.starts.push([this.tokens.length, each]);
        for (const token of tokens(each.text)) this.tokens.push(token);
      }
      this.said = this.tokens.map((token) => token.said);
    }

    // Where each word and mark stands, by its key.
    get places() {
      return this._places ??= listed(this.said.map((said, at) => [key(said), at]));
    }

    // Where each run of words begins, by its number.
    get runs() {
      if (!this._runs) {
        const at = [...this.tokens.keys()].filter((place) => this.tokens[place].kind === "word");
        this._runs = listed(numbers(at.map((place) => this.said[place])).map((number, place) => [number, at[place]]));
      }
      return this._runs;
    }

    // The wording that a token stands in.
    wording(at) {
      let [low, high] = [0, this.starts.length];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        [low, high] = this.starts[middle][0] <= at ? [middle, high] : [low, middle];
      }
      return this.starts[low][1];
    }

    // Where the tokens of a passage begin and end.
    span(anchor) {
      const number = this.starts.findIndex(([, each]) => each.anchor === anchor);
      return number < 0 ? null : [this.starts[number][0], this.starts[number + 1]?.[0] ?? this.tokens.length];
    }
  }

  function listed(pairs) {
    const found = new Map();
    for (const [name, value] of pairs) {
      const values = found.get(name);
      if (values) values.push(value);
      else found.set(name, [value]);
    }
    return found;
  }

  // A document's row as its file has it: its passages and their events as lists of values.
  const PACKED = ["anchor", "name", "text", "history", "within", "sha256", "locator", "former"];
  const EVENT = ["date", "event", "sha256", "text", "target"];

  const named = (names, values) => Object.fromEntries(names.map((name, at) => [name, values[at]]).filter(([, value]) => value));

  function unpacked({ short, ...row }) {
    if (short === undefined) return row;
    const whole = (label) => (label.includes("-") ? label : `${row.id}-${label}`);
    const passages = row.passages.map((values) => {
      const { anchor, name = "", history = [], within = [], ...found } = named(PACKED, values);
      const events = history.map((event) => named(EVENT, event));
      const sha256 = events.findLast((event) => event.sha256)?.sha256;
      return { sha256, ...found, anchor: whole(anchor), name: short + name, history: events, within: [...within].map(whole) };
    });
    return { ...row, passages };
  }

  // A document, with all its wordings that are kept: {anchor, sha256, text, since (the day of its
  // publication; "" for what was never published), until (the day from which it said other words)}.
  class Document {
    constructor(row) {
      this.id = row.id;
      this.title = row.title ?? "";
      this.passages = row.passages ?? [];
      this.byAnchor = new Map(this.passages.map((each) => [each.anchor, each]));
      this.gone = new Map((row.gone ?? []).map((each) => [each.anchor, each]));
      this.former = new Map(this.passages.flatMap((each) => (each.former ?? []).map((old) => [old, each.anchor])));
      this.wordings = [...this.passages, ...this.gone.values()].flatMap(wordingsOf);
      this.streams = new Map();
    }

    // What a passage is a part of: passages and headings.
    within(anchor) {
      return this.byAnchor.get(anchor)?.within ?? [];
    }

    // Each fingerprint of an anchor, with the days from and until which it held.
    of(anchor) {
      return spans(this.byAnchor.get(anchor) ?? this.gone.get(anchor) ?? {});
    }

    // What its passages say on a day, in their order; today for an empty day.
    stream(day) {
      return this.kept(day, () => this.wordings.filter((each) => holds(each, day)));
    }

    // Each wording that does not hold on a day.
    others(day) {
      return this.wordings.filter((each) => !holds(each, day)).map((each) => this.kept(`${each.anchor} ${each.sha256}`, () => [each]));
    }

    kept(name, wordings) {
      if (!this.streams.has(name)) this.streams.set(name, new Stream(wordings()));
      return this.streams.get(name);
    }

    // Its anchors by their locators.
    tails(short) {
      return this._tails ??= references.tails(this.passages, short);
    }
  }

  function spans({ history = [] }) {
    return history.flatMap((event, number) => (event.sha256 ? [[event.sha256, event.date, history[number + 1]?.date ?? ""]] : []));
  }

  function wordingsOf(held) {
    const { anchor, sha256, text, history = [] } = held;
    const texts = new Map(history.filter((event) => "text" in event).map((event) => [event.sha256, event.text]));
    if (sha256 !== undefined) texts.set(sha256, text ?? "");
    const all = spans(held);
    const found = all.filter(([each]) => texts.has(each)).map(([each, since, until]) => ({ anchor, sha256: each, text: texts.get(each), since, until }));
    if (sha256 !== undefined && all.at(-1)?.[0] !== sha256) found.push({ anchor, sha256, text, since: "", until: "" });
    return found;
  }

  function holds({ since, until }, day) {
    return day ? since <= day && !(until && until <= day) : !until;
  }

  // The archive, as soon as its overview is loaded; an error where it has none that is known.
  async function open() {
    const overview = await load("overview", "check-index/overview.js");
    if (overview?.format !== 1) throw new Error("check-index/overview.js");
    const documents = new Map();
    const words = new Map();
    return {
      ...overview, rows: overview.documents,
      numberOf: new Map(overview.documents.map(([id], number) => [id, number])),
      titles: references.titlesOf(overview.documents, overview.issuers, overview.titles ?? []),
      publisher: references.names(overview.publisher ?? overview.name),

      // A document; null where its file is missing or broken.
      async document(id) {
        if (!documents.has(id)) {
          const row = await load(`documents/${id}`, `documents/${id}.passages.js`);
          documents.set(id, row && new Document(unpacked(row)));
        }
        return documents.get(id);
      },

      // The files that could not be loaded since `retry`, which asks for them anew.
      missing: () => [...missing.values()],

      retry() {
        for (const name of missing.keys()) {
          loading.delete(name);
          documents.delete(name.replace(/^documents\//, ""));
          words.delete(Number(name.replace(/^words-/, "")));
        }
        missing.clear();
      },

      // The documents that have a run of words, or a fingerprint, by its number.
      async documentsOf(number) {
        const file = number % overview.files;
        if (!words.has(file)) words.set(file, lists(await load(`words-${file}`, `check-index/words-${file}.js`)));
        return words.get(file).get(Math.floor(number / overview.files)) ?? [];
      },
    };
  }

  function lists(flat) {
    const pairs = [];
    for (let [at, value] = [0, 0]; at < (flat?.length ?? 0); at += 2) pairs.push([value += flat[at], flat[at + 1]]);
    return listed(pairs);
  }

  return { open, Stream };
})();
