// Reads records with citation-js.
// Standard input: {folder of its packages, texts: {format: text}}.  Standard output: {format: [CSL-JSON]}.
"use strict";
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");

// It loads what fetches from the web even where it fetches nothing.
const load = Module._load;
const none = Object.assign(() => ({}), { default: () => ({}) });
Module._load = (name, ...rest) => (/^(?:sync-fetch|fetch-ponyfill)$/.test(name) ? none : load(name, ...rest));

const given = JSON.parse(readFileSync(0, "utf8"));
const { Cite } = require(join(given.folder, "@citation-js/core"));
for (const name of ["plugin-ris", "plugin-bibtex"]) require(join(given.folder, "@citation-js", name));

const read = {};
for (const [form, text] of Object.entries(given.texts)) read[form] = new Cite(text).data;
process.stdout.write(JSON.stringify(read));
