// The search page.  It reads the texts of a small archive, and of any that is opened from a disk; in
// a large one on a server, Pagefind tells which texts to read.  Nothing is asked of another host.
"use strict";

// What is said in another language than English stands in the page, in the forms of its numbers.
const said = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const LANGUAGE = document.documentElement.lang || "en";
const filled = (text, values) => text.replace(/\{(\w*)\}/g, (_all, name) => values[name]);
const _ = (text, values = {}) => filled(said[text] ?? text, values);
const N_ = (text) => text; // said later

function plural(one, several, count, values = {}) {
  const forms = said[one] ?? {};
  const form = forms[new Intl.PluralRules(LANGUAGE).select(count)] ?? forms.other;
  return filled(form ?? (count === 1 ? one : several), { "": count, ...values });
}

const root = new URL("../", document.currentScript.src);
const form = document.getElementById("archive-search");
const box = document.getElementById("search-filters");
const told = document.getElementById("search-status");
const answer = document.getElementById("search-answer");
const list = document.getElementById("search-found");
const more = document.getElementById("search-more");

const RESULTS = 5; // shown at once; from a server, each of them is one request
const PLACES = 4; // of one result, before its others are asked for
const READ = 5; // texts that are read from a server to count what stands in them
const MORE_READ = 4; // times that as many are read where the first have no phrase that is asked for
const WORDS = 32; // of an excerpt
const CITED = 120; // words of a passage that was cited
const SEVERAL = 9; // passages that one citation can mean, at most
const FILTERS = { type: N_("What"), collection: N_("Collection"), kind: N_("Kind"), issuer: N_("Issuer"), year: N_("Year"), language: N_("Language") };
const TYPES = { Document: N_("Documents"), Chronology: N_("Chronology"), Subject: N_("Subjects"), Work: N_("Works cited"), Glossary: N_("Glossary"), Page: N_("Other pages") };

let latest = 0; // the number of the last search: an older one no longer shows what it found

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// --- What the archive has: files that hand over their data to searchData

const handed = new Map();
const loading = new Map();

window.searchData = (name, data) => handed.set(name, data);

function data(name) {
  if (!loading.has(name)) {
    loading.set(name, new Promise((resolve, reject) => {
      const done = () => (handed.has(name) ? resolve(handed.get(name)) : reject(new Error(name)));
      const src = new URL(`search-index/${name}.js`, root);
      document.body.append(make("script", { src, onload: done, onerror: () => reject(new Error(name)) }));
    }));
  }
  return loading.get(name);
}

function asEntry([page, title, about, facets, places]) {
  return { page, title, about, facets, places: places.map(([anchor, name, words]) => ({ anchor, name, words })) };
}

const chunks = new Map();

async function chunk(number) {
  if (!chunks.has(number)) chunks.set(number, (await data(`texts-${number}`)).map(asEntry));
  return chunks.get(number);
}

// All entries that pass the filters.
function reader(overview) {
  const all = async () => {
    const numbers = [...Array(overview.texts).keys()];
    return (await Promise.all(numbers.map(chunk))).flat();
  };
  const passes = (entry, filters) => Object.entries(filters).every(([name, value]) => entry.facets[name]?.includes(value));
  return {
    async search(terms, filters) {
      const entries = (await all()).filter((entry) => passes(entry, filters));
      if (!terms.length) return { results: entries.map((entry) => ({ entry, places: [], whole: true })), lacking: [] };
      return finding.found(entries, terms, LANGUAGE);
    },
    vocabulary: async () => finding.vocabulary(await all()),
    documents: async () => (await all()).filter((entry) => entry.facets.type[0] === "Document"),
  };
}

// --- Pagefind, for a large archive: it tells which entries have the words, and finding.js where

async function pagefind(overview) {
  // The smallest module there is: it throws where WebAssembly is missing or forbidden, on which
  // Pagefind itself would wait for ever.
  new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  const folder = new URL("pagefind/", root);
  const module = await import(new URL("0/pagefind.js", folder));
  const instance = module.createInstance({ noWorker: true, basePath: new URL("0/", folder).pathname });
  await instance.init();
  for (let share = 1; share < overview.shares; share += 1) {
    await instance.mergeIndex(new URL(`${share}/`, folder).pathname);
  }
  const ask = async (words, filters) => (await instance.search(words, { filters })).results;

  // The entries with all words of a way to say something, by id.  Pagefind leaves out single letters
  // within brackets.
  async function having({ asked }, filters) {
    const words = asked.filter(([word]) => word.length > 1 || asked.length === 1);
    const each = await Promise.all(words.map(async (spellings) => {
      const found = await Promise.all(spellings.map((word) => ask(`"${word}"`, filters)));
      return new Map(found.flat().map((result) => [result.id, result]));
    }));
    return each.reduce((all, next) => new Map([...all].filter(([id]) => next.has(id))));
  }

  // The entries that have all terms: documents before others, then those where the words of a phrase
  // stand together, then in Pagefind's order.
  async function candidates(terms, filters) {
    const sets = await Promise.all(terms.map(async ({ ways }) => (
      new Map((await Promise.all(ways.map((way) => having(way, filters)))).flatMap((each) => [...each]))
    )));
    const lacking = terms.filter((_term, number) => !sets[number].size);
    const all = sets.reduce((some, next) => new Map([...some].filter(([id]) => next.has(id))));
    const said = terms.map(({ ways }) => ways[0].asked.map(([word]) => word).join(" "));
    const [documents, together, ranked] = (await Promise.all([
      filters.type ? [] : ask(said.join(" "), { ...filters, type: "Document" }),
      Promise.all(said.map((words) => ask(`"${words}"`, filters))).then((each) => each.flat()),
      ask(said.join(" "), filters),
    ])).map((results) => new Map(results.map(({ id }, number) => [id, number])));
    const place = ({ id }) => [!documents.has(id), !together.has(id), ranked.get(id) ?? ranked.size];
    const results = [...all.values()].map((result) => [place(result), result])
      .sort(([a], [b]) => a.map((each, number) => each - b[number]).find(Boolean) ?? 0);
    return { lacking, results: results.map(([, result]) => result) };
  }

  return {
    async search(terms, filters) {
      const { lacking, results } = terms.length
        ? await candidates(terms, filters) : { lacking: [], results: await ask(null, filters) };
      const read = async (some) => {
        const entries = await Promise.all(some.map(async (result) => asFragment(await result.data())));
        if (!terms.length) return { results: entries.map((entry) => ({ entry, places: [], whole: true })) };
        return finding.found(entries, terms, LANGUAGE);
      };
      let said = await read(results.splice(0, READ));
      for (let more = 0; more < MORE_READ && !said.results.length && results.length; more += 1) {
        said = await read(results.splice(0, READ));
      }
      const isNowhere = terms.length === 1 && !results.length;
      return { ...said, lacking: lacking.length || !isNowhere ? lacking : said.lacking, unread: results, read };
    },
  };
}

// The address of a text names its places: page.html#anchor=<number of its first word>+<name>&…
function asFragment(read) {
  // Pagefind escapes what its own way of showing text would take for tags.
  const words = read.content.replaceAll("&lt;", "<").replaceAll("&gt;", ">").split(/\s+/);
  const [page, named] = read.raw_url.split("#");
  const begins = [...new URLSearchParams(named)].map(([anchor, value]) => {
    const [, begin, name] = value.match(/^(\d+) ?(.*)$/s);
    return { anchor, name, begin: Number(begin) };
  });
  const places = begins.map((place, number) => ({ ...place, words: words.slice(place.begin, begins[number + 1]?.begin).join(" ") }))
    .filter((place) => place.anchor); // the last one may have what only the index needs
  return { page, title: read.meta.title, about: read.meta.about, facets: read.filters, places };
}

// --- A citation in hand

const rowOf = (entry) => [entry.places[0].anchor, entry.places[0].name, entry.title, entry.about.split(" · ")[0], entry];

// The first place of a document is its record.
const labelled = (entry) => entry.places.slice(1).map((place) => ({ ...place, label: place.anchor.split("-").at(-1) }));

// What a citation names: {found: [{entry, place, note}], missing: what is told where it names nothing
// that is here}; null for a text that is no citation.
async function resolve(asked, overview, index) {
  const cited = finding.citation(asked);
  if (cited.text === undefined) return resolveKey(cited, asked, overview);
  if (!/\d/.test(locate.parts(cited.text))) return null;
  const rows = index.documents ? (await index.documents()).map(rowOf) : (await data("names")).documents;
  const [text, language] = versionOf(cited.text, Object.keys(overview.filters.language ?? {}));
  const named = finding.documentsNamed(text, rows);
  const found = [];
  for (const { row, rest } of named.slice(0, SEVERAL).filter((each) => each.rest)) {
    const entry = await entryOf(row);
    const places = finding.located(rest, labelled(entry));
    found.push(...places.map((place) => ({ entry, place })));
  }
  if (found.length) return { found: language ? await inVersion(found, language, rows) : found, words: true };
  if (named.length) {
    const missing = finding.LOCATOR.test(named[0].rest) && _("{document} has no passage {place}.", { document: named[0].row[1], place: named[0].rest });
    return missing ? { found, missing, words: true } : null;
  }
  return finding.LOCATOR.test(text) ? anywhere(text, rows) : null;
}

// “Universal Declaration, art. 19 (French version)” names a passage as another version calls it.
function versionOf(text, languages) {
  const [all, said] = text.match(/\s*[(（]([^()（）]*\p{L}{2}[^()（）]*)[)）][\s.。]*$/u) ?? [""];
  const plain = (name) => name.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  const begins = (tag) => [LANGUAGE, "en"].map((spoken) => plain(new Intl.DisplayNames(spoken, { type: "language" }).of(tag)))
    .map((name) => name.slice(0, /\p{Script=Han}/u.test(name) ? 1 : 5));
  const language = said && languages.find((tag) => begins(tag).some((name) => plain(said).includes(name)));
  return language ? [text.slice(0, -all.length), language] : [text];
}

// The same places in another version of a text; as they are where no version has them.  In a large
// archive the versions are looked for among documents with an id of the same beginning.
async function inVersion(found, language, rows) {
  const textOf = (entry) => entry.facets.version?.[0] ?? entry.places[0].anchor;
  const others = await Promise.all(found.map(async ({ entry, place }) => {
    const [id, short] = rowOf(entry);
    const rest = locate.parts(place.name).slice(locate.parts(short).length).trim();
    const near = rows.filter((row) => typeof row[4] !== "number" || row[0].startsWith(id.replace(/[^-]+$/, "")));
    const versions = (await Promise.all(near.map(entryOf)))
      .filter((each) => each.facets.language?.[0] === language && textOf(each) === textOf(entry));
    return versions.flatMap((each) => locate(rest, labelled(each)).map((same) => ({ entry: each, place: same })));
  }));
  return others.flat().length ? others.flat() : found;
}

// The document of which a text is the title.
function titled(asked, results) {
  const said = locate.parts(asked);
  const documents = results.map((each) => each.entry).filter((entry) => entry.facets.type?.[0] === "Document");
  const entry = documents.find(({ title, places }) => [title, places[0].name].some((name) => locate.parts(name) === said));
  return entry && { found: [{ entry, place: null }] };
}

// The passages with a label or number, in any document; in a large archive on a server, with a label.
async function anywhere(text, rows) {
  const label = text.toLowerCase().replace(/[\s.]/g, "");
  const isRead = typeof rows[0]?.[4] !== "number";
  const having = isRead ? rows : rows.filter((row) => row[5].split(" ").includes(label));
  const found = (await Promise.all(having.slice(0, isRead ? undefined : SEVERAL).map(async (row) => {
    const entry = await entryOf(row);
    return locate(text, labelled(entry)).map((place) => ({ entry, place }));
  }))).flat();
  const others = (isRead ? found.length : having.length) - SEVERAL;
  return found.length ? { found: found.slice(0, SEVERAL), others, words: true } : null;
}

async function entryOf(row) {
  if (typeof row[4] !== "number") return row[4];
  return (await chunk(row[4])).find((entry) => entry.page === `documents/${row[0]}.html`);
}

async function resolveKey(cited, asked, overview) {
  const names = await data("names");
  const rowFor = (id) => names.documents.find(([each]) => each === id);
  if (cited.document !== undefined) {
    const row = rowFor(cited.document);
    if (!row) return { found: [], missing: _("There is no document {document}.", { document: cited.document }) };
    const entry = await entryOf(row);
    const places = cited.fragment ? locate(cited.fragment, labelled(entry)) : [];
    return { found: (places.length ? places : [null]).map((place) => ({ entry, place })) };
  }
  let { anchors } = cited;
  if (cited.print) {
    anchors = await byPrint(cited.print, overview);
    if (!anchors.length) return { found: [], missing: _("No passage has or had this fingerprint.") };
  }
  const found = [];
  for (const named of anchors.slice(0, SEVERAL)) {
    const [anchor, was] = named.split(" "); // an earlier fingerprint has the anchor that had it, too
    const now = names.moved[anchor] ?? anchor;
    const row = rowFor(now.replace(/-[a-z]\d+$/, "")) ?? rowFor(now);
    const entry = row && await entryOf(row);
    const place = entry?.places.find((each) => each.anchor === now);
    const note = was ? _("It says other words now.") : now !== anchor ? _("{anchor} moved here.", { anchor }) : "";
    if (place) found.push({ entry, place: place === entry.places[0] ? null : place, note, was });
  }
  return { found, missing: _("No passage has the anchor {anchor}.", { anchor: anchors[0].split(" ")[0] }) };
}

async function byPrint(print, { digits }) {
  try {
    const prints = await data(`prints-${print.slice(0, digits)}`);
    return Object.keys(prints).filter((each) => each.startsWith(print)).flatMap((each) => prints[each]);
  } catch {
    return []; // no fingerprint begins with these digits
  }
}

// The link to what a passage said before.
function earlier(was) {
  if (!was) return [];
  const href = new URL(`documents/${was.replace(/-[a-z]\d+$/, "")}.history.html#${was}`, root);
  return [" · ", make("a", { href }, _("What it said before"))];
}

function showAnswer({ found, others }) {
  answer.replaceChildren(...found.map(({ entry, place, note, was }) => {
    const id = entry.places[0].anchor;
    const to = new URL(place ? `${entry.page}#${place.anchor}` : entry.page, root);
    const made = new URL(`documents/${id}.made.html${place ? `#${place.anchor}` : ""}`, root);
    const name = place ? place.name : entry.title;
    const facts = [place ? entry.title : "", entry.about, note].filter(Boolean).join(" · ");
    const words = (place?.words ?? "").split(" ");
    const said = words.length > CITED ? `${words.slice(0, CITED).join(" ")} …` : words.join(" ");
    return make("section", { className: "search-cited" },
      make("p", { className: "search-title" }, make("a", { href: to }, name)),
      make("p", { className: "catalogue-facts" }, facts),
      ...(said ? [make("p", {}, said)] : []),
      make("p", { className: "catalogue-facts" }, make("a", { href: made }, _("Cite and check")), ...earlier(was)));
  }));
  if (others > 0) answer.append(make("p", {}, _("And {number} more. Name the document, too.", { number: others })));
  answer.hidden = !found.length;
}

// --- Filters

function spoken(name, value) {
  if (name === "type") return _(TYPES[value] ?? value);
  if (name === "kind") return _(value[0].toUpperCase() + value.slice(1));
  if (name === "language") return new Intl.DisplayNames(LANGUAGE, { type: "language" }).of(value);
  if (value === "unknown" && name === "year") return _("unknown");
  if (value === "Undated" && name === "collection") return _("Undated");
  return value;
}

function sorted(name, values) {
  const order = Object.keys(name === "type" ? TYPES : values);
  const listed = Object.keys(values).sort((a, b) => order.indexOf(a) - order.indexOf(b) || spoken(name, a).localeCompare(spoken(name, b), LANGUAGE));
  return name === "year" ? listed.sort().reverse() : listed;
}

function showFilters(filters) {
  const fields = make("div", {});
  for (const [name, label] of Object.entries(FILTERS)) {
    const values = filters[name] ?? {};
    if (Object.keys(values).length < 2) continue;
    const options = sorted(name, values).map((value) => make("option", { value }, `${spoken(name, value)} (${values[value]})`));
    const select = make("select", { name, id: `search-${name}` }, make("option", { value: "" }, _("any")), ...options);
    select.addEventListener("change", () => form.requestSubmit());
    fields.append(make("p", {}, make("label", { htmlFor: select.id }, _(label)), " ", select));
  }
  box.append(fields);
  const asked = new URLSearchParams(location.search);
  box.open = Object.keys(FILTERS).some((name) => asked.has(name));
}

// --- The address says what is searched for, so that it can be shared

function readAddress() {
  const asked = new URLSearchParams(location.search);
  for (const field of form.elements) {
    if (field.name) field.value = asked.get(field.name) ?? "";
  }
}

function asked() {
  const fields = [...new FormData(form)].filter(([, value]) => value.trim());
  return new URLSearchParams(fields);
}

// --- Results

function excerpt(place) {
  const { tokens, hits, words } = place;
  const first = Math.min(...hits.map(([at]) => at));
  const from = Math.max(0, Math.min(first - 8, tokens.length - WORDS));
  const until = Math.min(from + WORDS, tokens.length);
  const shown = make("span", { className: "search-excerpt" }, from ? "… " : "");
  let at = from ? tokens[from].at : 0;
  const marks = hits.filter(([begin, end]) => begin >= from && end <= until).sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  for (const [begin, end] of marks) {
    if (tokens[begin].at < at) continue; // within the mark before it
    shown.append(words.slice(at, tokens[begin].at), make("mark", {}, words.slice(tokens[begin].at, tokens[end - 1].end)));
    at = tokens[end - 1].end;
  }
  shown.append(until < tokens.length ? `${words.slice(at, tokens[until - 1].end)} …` : words.slice(at));
  return shown;
}

function shownPlace(page, place) {
  const link = make("a", { href: new URL(`${page}#${place.anchor}`, root) }, place.name);
  return make("li", {}, link, " ", excerpt(place));
}

function shownResult({ entry, places }) {
  const alone = places.length === 1 && !places[0].name ? places[0] : null;
  const link = make("a", { href: new URL(alone ? `${entry.page}#${alone.anchor}` : entry.page, root) }, entry.title);
  const result = make("li", {}, make("p", { className: "search-title" }, link));
  const [language] = entry.facets.language ?? [];
  // What is in another language than this page is marked with it, also for screen readers.
  const isForeign = language && language !== LANGUAGE;
  if (isForeign) Object.assign(result, { lang: language, dir: "auto" });
  const facts = make("p", { className: "catalogue-facts" }, entry.about);
  if (isForeign) facts.append(" · ", make("span", { lang: LANGUAGE, className: "search-language" }, spoken("language", language)));
  if (entry.about || isForeign) result.append(facts);
  if (alone) result.append(make("p", {}, excerpt(alone)));
  else if (places.length) result.append(...shownPlaces(entry.page, places));
  return result;
}

// The best places in the order of the text, and a button for the others.
function shownPlaces(page, places) {
  const best = places.toSorted((a, b) => b.score - a.score).slice(0, PLACES);
  const items = places.map((place) => Object.assign(shownPlace(page, place), { hidden: !best.includes(place) }));
  const others = items.filter((item) => item.hidden);
  if (!others.length) return [make("ul", {}, ...items)];
  const button = make("button", { type: "button", className: "search-others" }, page.startsWith("documents/")
    ? _("{number} more in this document", { number: others.length }) : _("{number} more in this page", { number: others.length }));
  button.addEventListener("click", () => {
    for (const item of others) item.hidden = false;
    others[0].querySelector("a").focus();
    button.parentElement.remove();
  });
  return [make("ul", {}, ...items), make("p", {}, button)];
}

// Shows results from a list that reading more texts can make longer.
function show(found, number) {
  const ready = found.results.slice(list.children.length, list.children.length + RESULTS);
  list.append(...ready.map(shownResult));
  more.hidden = list.children.length >= found.results.length && !found.unread?.length;
  more.onclick = async () => {
    const before = list.children.length;
    if (before + RESULTS > found.results.length && found.unread?.length) {
      const read = await found.read(found.unread.splice(0, READ));
      if (number !== latest) return;
      found.results.push(...read.results);
      count(found);
    }
    show(found, number);
    list.children[before]?.querySelector("a").focus();
  };
}

// --- What was found, in words

// “a, b and c”, by the custom of the language.
const inAll = (texts) => new Intl.ListFormat(LANGUAGE === "en" ? "en-GB" : LANGUAGE).format(texts);

function counted(results) {
  const of = (type) => results.filter((each) => each.entry.facets.type?.[0] === type);
  const places = of("Document").flatMap((each) => each.places);
  const letter = (place) => place.anchor.match(/-([a-z])\d+$/)?.[1];
  const notes = places.filter((place) => letter(place) === "n").length;
  const headings = places.filter((place) => letter(place) === "s").length;
  const records = places.filter((place) => !letter(place)).length;
  const passages = places.length - notes - headings - records;
  const within = inAll([
    passages && plural("{} passage", "{} passages", passages), notes && plural("{} editor’s note", "{} editor’s notes", notes),
    headings && plural("{} heading", "{} headings", headings), records && plural("{} record", "{} records", records),
  ].filter(Boolean));
  const [documents, events, subjects, works, terms, pages] = Object.keys(TYPES).map((type) => of(type).length);
  return [
    documents && within && plural("{found} in {} document", "{found} in {} documents", documents, { found: within }),
    documents && !within && plural("{} document", "{} documents", documents),
    events && plural("{} event", "{} events", events), subjects && plural("{} subject", "{} subjects", subjects),
    works && plural("{} work cited", "{} works cited", works),
    terms && plural("{} glossary entry", "{} glossary entries", terms),
    pages && plural("{} other page", "{} other pages", pages),
  ].filter(Boolean).join(_("; "));
}

function count(found) {
  const { first, results, scattered, unread } = found;
  const values = { found: counted(results), all: results.length + (unread?.length ?? 0), read: results.length };
  const all = unread?.length ? N_("{all} texts have this; in the first {read}: {found}.") : N_("{found}.");
  const apart = N_("No passage has all of these words. Apart from each other they stand in {found}.");
  told.textContent = `${first}${_(scattered ? apart : all, values)}`;
}

async function tellNothing({ lacking, unread }, words, index) {
  const shown = lacking.map((term) => (term.shown.startsWith("“") ? term.shown : _("“{words}”", { words: term.shown })));
  const nothing = unread?.length ? N_("Nothing was found in the texts where it is likeliest.") : N_("Nothing was found.");
  told.textContent = shown.length
    ? plural("Nothing was found: {words} is nowhere in this archive.", "Nothing was found: {words} are nowhere in this archive.", shown.length, { words: inAll(shown) })
    : _(nothing);
  const vocabulary = lacking.length ? await index.vocabulary() : [];
  let better = words;
  for (const { shown: said } of lacking) {
    for (const word of said.match(/\p{L}{4,}/gu) ?? []) {
      const near = vocabulary.includes(word.toLowerCase()) ? null : finding.nearest(word, vocabulary);
      if (near) better = better.replace(word, near);
    }
  }
  if (better === words) return;
  const query = asked();
  query.set("q", better);
  const [before, after] = _("Did you mean {page}?", { page: "\0" }).split("\0");
  told.append(` ${before}`, make("a", { href: `?${query}` }, better), after);
}

async function search({ overview, index }) {
  const query = asked();
  const words = query.get("q") ?? "";
  query.delete("q");
  const number = latest += 1;
  const filters = Object.fromEntries(query);
  let cited = words && await resolve(words, overview, index);
  const terms = finding.query(words, overview.alike, [LANGUAGE, ...Object.keys(overview.filters.language ?? {})]);
  const asks = (terms.length || Object.keys(filters).length) && (!cited || cited.words);
  const found = asks ? await index.search(terms, filters) : { results: [], lacking: [] };
  if (number !== latest) return;
  cited ||= titled(words, found.results);
  list.replaceChildren();
  showAnswer(cited || { found: [] });
  show(found, number);
  const places = cited?.found?.slice(0, 3).map(({ entry, place }) => place?.name ?? entry.title) ?? [];
  const first = places.length ? _("Found: {places}.", { places: inAll(places) }) : cited?.missing;
  found.first = first ? `${first} ` : "";
  if (found.results.length) {
    count(found);
  } else if (found.first) {
    told.textContent = found.first.trim();
  } else if (asks) {
    await tellNothing(found, words, index);
  } else {
    told.textContent = "";
  }
}

// Where Pagefind cannot run, or its index is missing, all texts are read.  A citation needs neither.
function openIndex(overview) {
  const texts = reader(overview);
  const isLarge = overview.shares && location.protocol !== "file:";
  const use = (name) => { document.documentElement.dataset.search = name; };
  use(isLarge ? "pagefind" : "texts");
  if (!isLarge) return texts;
  let opening;
  const open = () => (opening ??= pagefind(overview).catch(() => {
    use("texts");
    return texts;
  }));
  return {
    search: async (terms, filters) => (await open()).search(terms, filters),
    vocabulary: async () => (await data("words")).split(" "),
  };
}

async function start() {
  readAddress();
  let archive;
  try {
    const overview = await data("overview");
    archive = { overview, index: openIndex(overview) };
  } catch {
    told.textContent = _("Search does not work here. Everything is listed under Documents, Glossary and Chronology.");
    return;
  }
  showFilters(archive.overview.filters);
  readAddress();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = asked().toString();
    history.pushState(null, "", query ? `?${query}` : location.pathname);
    search(archive);
  });
  addEventListener("popstate", () => { readAddress(); search(archive); });
  await search(archive);
}

start();
