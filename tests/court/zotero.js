// Runs Zotero's translators in a browser: what Zotero's own translation code leaves to whoever embeds it.
"use strict";

// Translators by label: {RIS: text of its file, …}.
function embed(schema, months, files) {
  Zotero.Schema.init(schema);
  Zotero.Date.init(months);
  const known = new Map();
  for (const [label, text] of Object.entries(files)) {
    const end = text.indexOf("\n}") + 2;
    const translator = new Zotero.Translator({ ...JSON.parse(text.slice(0, end)), code: text });
    known.set(label, translator).set(translator.translatorID, translator);
  }
  Zotero.Translators._initialized = true;
  Zotero.Translators.get = async (id) => known.get(id) || false;
  Zotero.Translators.getCodeForTranslator = Zotero.Promise.method(async (translator) => translator.code);
  Zotero.Translate.ItemSaver.prototype.saveItems = async (items) => items;
  return known;
}

// An item as Zotero keeps it, and what it cites of it (null where it cannot).
function kept(item) {
  const { attachments, ...own } = item;
  const found = { ...own, attachments: (attachments || []).map((each) => each.url || each.path || "") };
  try {
    found.csl = Zotero.Utilities.Item.itemToCSLJSON({ uri: "item", ...own });
  } catch (error) {
    found.csl = { error: String(error) };
  }
  return found;
}

async function translated(translate, translator) {
  const errors = [];
  translate.setHandler("error", (_translate, error) => errors.push(String(error)));
  translate.setTranslator(translator);
  const items = await translate.translate();
  if (errors.length) throw new Error(errors.join("; "));
  return items.map((item) => kept(JSON.parse(JSON.stringify(item))));
}

// The items that a translator for files makes of a text.
async function imported(known, label, text) {
  const translate = new Zotero.Translate.Import();
  translate.setString(text);
  return translated(translate, known.get(label));
}

// The items that a translator for pages makes of a page.
async function saved(known, label, html, address) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const place = new URL(address);
  const own = { location: place, evaluate: (path, node, ...rest) => page.evaluate(path, node === seen ? page : node, ...rest) };
  const seen = new Proxy(page, {
    get: (target, name) => own[name] || (typeof target[name] === "function" ? target[name].bind(target) : target[name]),
  });
  const translate = new Zotero.Translate.Web();
  translate.setDocument(seen);
  return translated(translate, known.get(label));
}
