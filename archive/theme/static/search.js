// The search page.  Pagefind knows the words of every passage; where it is not to be had (an archive
// opened from files, a server without the index, a browser without WebAssembly), Sphinx's own index
// answers.  Nothing is asked of another host.

const root = new URL("../", document.currentScript.src);
const form = document.getElementById("archive-search");
const box = document.getElementById("search-filters");
const told = document.getElementById("search-status");
const found = document.getElementById("search-found");
const more = document.getElementById("search-more");

const RESULTS = 5; // shown at once, each of them one request
const PLACES = 4; // of one result
const WORDS = 32; // of an excerpt
const FILTERS = { type: "What", collection: "Collection", kind: "Kind", issuer: "Issuer", year: "Year", language: "Language" };
const TYPES = { Document: "Documents", Glossary: "Glossary", Chronology: "Chronology", Page: "Other pages" };

let latest = 0; // the number of the last search: an older one no longer shows what it found

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// --- The two indexes

async function openPagefind() {
  if (location.protocol === "file:") throw new Error("modules do not load from files");
  // The smallest module there is: it throws where WebAssembly is missing or forbidden, on which
  // Pagefind itself would wait for ever.
  new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  const folder = new URL("pagefind/", root);
  const answer = await fetch(new URL("archive.json", folder));
  if (!answer.ok) throw new Error("there is no index");
  const overview = await answer.json();
  if (!overview.shares.length) throw new Error("the index is empty");
  const pagefind = await import(new URL("0/pagefind.js", folder));
  const instance = pagefind.createInstance({ noWorker: true, basePath: new URL("0/", folder).pathname });
  await instance.init();
  for (let share = 1; share < overview.shares.length; share += 1) {
    await instance.mergeIndex(new URL(`${share}/`, folder).pathname);
  }
  return { instance, filters: overview.filters };
}

function load(address) {
  return new Promise((resolve, reject) => {
    document.body.append(make("script", { src: new URL(address, root), onload: resolve, onerror: reject }));
  });
}

async function fallBack() {
  document.documentElement.dataset.search = "sphinx";
  box.replaceChildren();
  try {
    await load("_static/language_data.js");
    await load("_static/searchtools.js");
    await load("searchindex.js");
  } catch {
    told.textContent = "Search does not work here. Everything is listed under Documents, Glossary and Chronology.";
  }
}

// --- Filters

function spoken(name, value) {
  if (name === "type") return TYPES[value] ?? value;
  if (name === "kind") return value[0].toUpperCase() + value.slice(1);
  if (name === "language") return new Intl.DisplayNames("en", { type: "language" }).of(value);
  return value;
}

function sorted(name, values) {
  const order = Object.keys(name === "type" ? TYPES : values);
  const listed = Object.keys(values).sort((a, b) => order.indexOf(a) - order.indexOf(b) || a.localeCompare(b));
  return name === "year" ? listed.sort().reverse() : listed;
}

function showFilters(filters) {
  for (const [name, label] of Object.entries(FILTERS)) {
    const values = filters[name] ?? {};
    if (Object.keys(values).length < 2) continue;
    const options = sorted(name, values).map((value) => make("option", { value }, `${spoken(name, value)} (${values[value]})`));
    const select = make("select", { name, id: `search-${name}` }, make("option", { value: "" }, "any"), ...options);
    select.addEventListener("change", () => form.requestSubmit());
    box.append(make("p", {}, make("label", { htmlFor: select.id }, label), " ", select));
  }
  box.hidden = !box.children.length;
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

// The address of an entry names its places: page.html#anchor=<number of its first word>+<name>&…
function places(address) {
  const [page, named] = address.split("#");
  return [...new URLSearchParams(named)].map(([anchor, value]) => {
    const [, begin, name] = value.match(/^(\d+) ?(.*)$/s);
    return { address: `${page}#${anchor}`, begin: Number(begin), name, hits: [], weight: 0 };
  });
}

function placesHit(data) {
  const all = places(data.raw_url);
  for (const { location: word, balanced_score: weight } of data.weighted_locations) {
    const place = all.findLast((each) => each.begin <= word);
    if (!place) continue;
    place.hits.push(word);
    place.weight += weight;
  }
  all.forEach((place, number) => { place.end = all[number + 1]?.begin ?? Infinity; });
  const hit = all.filter((place) => place.hits.length);
  const best = hit.toSorted((a, b) => b.weight - a.weight).slice(0, PLACES);
  return hit.filter((place) => best.includes(place));
}

function excerpt(words, place) {
  const end = Math.min(place.end, words.length);
  const begin = Math.max(place.begin, Math.min(place.hits[0] - 8, end - WORDS));
  const stop = Math.min(begin + WORDS, end);
  const shown = make("span", { className: "search-excerpt" }, begin > place.begin ? "… " : "");
  for (let word = begin; word < stop; word += 1) {
    shown.append(place.hits.includes(word) ? make("mark", {}, words[word]) : words[word], word + 1 < stop ? " " : "");
  }
  if (stop < end) shown.append(" …");
  return shown;
}

function shownPlace(place, words) {
  const link = make("a", { href: new URL(place.address, root) }, place.name);
  return make("li", {}, link, " ", excerpt(words, place));
}

function shownResult(data) {
  // Pagefind escapes what its own way of showing text would take for tags.
  const words = data.content.replaceAll("&lt;", "<").replaceAll("&gt;", ">").split(/\s+/);
  const hit = placesHit(data);
  const [page] = data.raw_url.split("#");
  const alone = hit.length === 1 && !hit[0].name ? hit[0] : null;
  const link = make("a", { href: new URL(alone ? alone.address : page, root) }, data.meta.title);
  const result = make("li", {}, make("p", { className: "search-title" }, link));
  if (data.meta.about) result.append(make("p", { className: "catalogue-facts" }, data.meta.about));
  if (alone) result.append(make("p", {}, excerpt(words, alone)));
  else if (hit.length) result.append(make("ul", {}, ...hit.map((place) => shownPlace(place, words))));
  return result;
}

async function show(results, number) {
  const next = results.slice(found.children.length, found.children.length + RESULTS);
  const loaded = await Promise.all(next.map((result) => result.data()));
  if (number !== latest) return;
  const shown = loaded.map(shownResult);
  found.append(...shown);
  more.hidden = found.children.length >= results.length;
  more.onclick = async () => {
    const before = found.children.length;
    await show(results, number);
    found.children[before]?.querySelector("a").focus();
  };
}

function tell(count) {
  if (!count) return "Nothing was found.";
  return count === 1 ? "1 result" : `${count} results`;
}

async function search(pagefind) {
  const query = asked();
  const words = query.get("q") ?? "";
  query.delete("q");
  const number = latest += 1;
  const filters = Object.fromEntries(query);
  const nothing = !words && !Object.keys(filters).length;
  const answer = nothing ? { results: [] } : await pagefind.instance.search(words || null, { filters });
  if (number !== latest) return;
  found.replaceChildren();
  more.hidden = true;
  await show(answer.results, number);
  if (number === latest) told.textContent = nothing ? "" : tell(answer.results.length);
}

async function start() {
  readAddress();
  let pagefind;
  try {
    pagefind = await openPagefind();
  } catch {
    await fallBack();
    return;
  }
  document.documentElement.dataset.search = "pagefind";
  showFilters(pagefind.filters);
  readAddress();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = asked().toString();
    history.pushState(null, "", query ? `?${query}` : location.pathname);
    search(pagefind);
  });
  addEventListener("popstate", () => { readAddress(); search(pagefind); });
  await search(pagefind);
}

start();
