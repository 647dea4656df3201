// Prints references in styles, as citeproc-js does for Zotero and others.
// Standard input: {processor, locale, styles: [file], items: [CSL-JSON]}.  Standard output: a line of JSON for
// each style: {style, form, list: {id: entry} or null, cites: {id: citation}}, or {style, error}.
"use strict";
const { readFileSync } = require("node:fs");
const { basename } = require("node:path");

const given = JSON.parse(readFileSync(0, "utf8"));
const CSL = require(given.processor);
const locale = readFileSync(given.locale, "utf8");
const items = new Map(given.items.map((item) => [item.id, item]));
const ids = [...items.keys()];
const system = { retrieveLocale: () => locale, retrieveItem: (id) => structuredClone(items.get(id)) };

function printed(file) {
  const engine = new CSL.Engine(system, readFileSync(file, "utf8"), "en-US", true);
  engine.setOutputFormat("text");
  engine.updateItems(ids);
  const made = engine.makeBibliography();
  // A style that lists nothing has identifiers, but no entries.
  const has = made && made[1].length === made[0].entry_ids.length;
  const list = has && Object.fromEntries(made[0].entry_ids.map(([id], place) => [id, made[1][place].trim()]));
  const cites = Object.fromEntries(ids.map((id) => [id, engine.makeCitationCluster([{ id }])]));
  return { form: engine.opt.xclass, list: list || null, cites };
}

for (const file of given.styles) {
  const style = basename(file, ".csl");
  let told;
  try {
    told = { style, ...printed(file) };
  } catch (error) {
    told = { style, error: String(error) };
  }
  process.stdout.write(JSON.stringify(told) + "\n");
}
