// Reads what a reader gives to be checked: a text file, Markdown, HTML or a Word document.  All of it
// happens in this page, and nothing of the text runs: HTML is parsed into a document of its own,
// which has no scripts and loads nothing.
"use strict";

const intake = (() => {
  const FORMS = { txt: "txt", text: "txt", md: "md", markdown: "md", html: "html", htm: "html", xhtml: "html", docx: "docx" };
  const MOST = 100e6; // bytes of a part of a Word document, unpacked

  class Unreadable extends Error {} // its message is a key of what check.js says

  const formOf = (name) => FORMS[name.toLowerCase().match(/\.([a-z]+)$/)?.[1]];

  // A file as {name, form, text}; of a Word document the text is its blocks, as reading.js has them.
  async function read(file) {
    const form = formOf(file.name) ?? (file.type.startsWith("text/") ? "txt" : null);
    if (!form) throw new Unreadable("kind");
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (form === "docx") return { name: file.name, form: "blocks", text: await fromWord(bytes) };
    return { name: file.name, form, text: decoded(bytes, form) };
  }

  // --- Encodings: a byte order mark, what an HTML page declares, UTF-8, else that of old Windows

  function decoded(bytes, form) {
    const head = new TextDecoder("windows-1252").decode(bytes.subarray(0, 1024));
    const marked = head.startsWith("ÿþ") ? "utf-16le" : head.startsWith("þÿ") ? "utf-16be" : null;
    const declared = form === "html" ? head.match(/<meta[^>]+charset=["']?\s*([\w-]+)/i)?.[1] : null;
    for (const encoding of [marked, declared, "utf-8"].filter(Boolean)) {
      try {
        return new TextDecoder(encoding, { fatal: true }).decode(bytes);
      } catch {
        continue; // the next one, then
      }
    }
    return new TextDecoder("windows-1252").decode(bytes);
  }

  // --- Word documents (ECMA-376): XML in a ZIP archive (APPNOTE 6.3, 4.3.7, 4.3.12, 4.3.16)

  async function fromWord(bytes) {
    const parts = directory(bytes);
    if (!parts?.has("word/document.xml")) throw new Unreadable("word");
    const xml = async (name) => {
      if (!parts.has(name)) return null;
      const text = new TextDecoder().decode(await unpacked(bytes, parts.get(name)));
      const tree = new DOMParser().parseFromString(text, "application/xml");
      if (tree.querySelector("parsererror")) throw new Unreadable("word");
      return tree;
    };
    const quotes = quotingStyles(await xml("word/styles.xml"));
    const blocks = [];
    for (const name of ["document", "footnotes", "endnotes"]) {
      const [tree, related] = [await xml(`word/${name}.xml`), await xml(`word/_rels/${name}.xml.rels`)];
      const links = new Map([...(related?.getElementsByTagName("Relationship") ?? [])]
        .map((each) => [each.getAttribute("Id"), each.getAttribute("Target")]));
      for (const paragraph of tree?.getElementsByTagNameNS("*", "p") ?? []) {
        const block = blockOf(paragraph, links, quotes);
        if (block) blocks.push({ ...block, lines: [[0, blocks.length + 1]] });
      }
    }
    return blocks;
  }

  // The parts by name: [method, packed size, size, where its header begins]; null for another file.
  function directory(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let end = bytes.length - 22;
    while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
    if (end < 0) return null;
    const parts = new Map();
    let at = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left && at + 46 <= end; left -= 1) {
      const [name, extra, comment] = [28, 30, 32].map((each) => view.getUint16(at + each, true));
      const said = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name));
      parts.set(said, [view.getUint16(at + 10, true), ...[20, 24, 42].map((each) => view.getUint32(at + each, true))]);
      at += 46 + name + extra + comment;
    }
    return parts;
  }

  async function unpacked(bytes, [method, packed, size, header]) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (header + 30 > bytes.length || size > MOST || ![0, 8].includes(method)) throw new Unreadable("word");
    const from = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    const data = bytes.subarray(from, from + packed);
    if (method === 0) return data;
    if (!globalThis.DecompressionStream) throw new Unreadable("old");
    const chunks = [];
    let length = 0;
    try {
      for await (const chunk of chunksOf(new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw")))) {
        length += chunk.length;
        if (length > MOST) throw new Unreadable("word");
        chunks.push(chunk);
      }
    } catch {
      throw new Unreadable("word"); // it is cut off, or larger than it says
    }
    return new Uint8Array(await new Blob(chunks).arrayBuffer());
  }

  async function* chunksOf(stream) { // WebKit cannot iterate over a stream itself
    const reader = stream.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  }

  const value = (element, name) => element?.getAttributeNS(element.namespaceURI, name) ?? "";

  // The ids of the styles for quotations that are set apart, by their names in the languages of Word.
  function quotingStyles(tree) {
    const styles = [...(tree?.getElementsByTagNameNS("*", "style") ?? [])];
    return new Set(styles.filter((style) => QUOTING.test(value(style.querySelector(":scope > name"), "val"))).map((style) => value(style, "styleId")));
  }

  const QUOTING = /^(?:block ?(?:text|quot)|(?:intense )?quote)/i; // Word keeps the English names

  // A paragraph with its links and the marks of its notes; null for one without words.  Left out are
  // deleted and hidden words, what a field is computed from, and paragraphs of a text box, which come
  // by themselves.
  function blockOf(paragraph, links, quotes) {
    if (paragraph.closest("Fallback, del, moveFrom")) return null;
    const block = reading.block();
    const note = paragraph.closest("footnote, endnote");
    if (note) block.note = `${note.localName} ${value(note, "id")}`;
    block.isQuotation = isSetApart(paragraph, quotes);
    let field = null; // the address of a field HYPERLINK that is open; "" for any other field
    let isComputed = false; // what stands there is the field's instruction
    let isApart = false; // whether a space stands before what follows
    for (const part of paragraph.getElementsByTagNameNS("*", "*")) {
      const is = part.localName;
      if (is === "fldChar") {
        const state = value(part, "fldCharType");
        isComputed = state === "begin";
        if (state !== "separate") field = state === "begin" ? "" : null;
      } else if (is === "instrText" && field !== null) {
        field += part.textContent;
      } else if (/^(?:foot|end)noteReference$/.test(is)) {
        block.marks.push([block.text.length, `${is.replace("Reference", "")} ${value(part, "id")}`]);
      } else if (["t", "tab", "br", "cr", "noBreakHyphen"].includes(is) && !isComputed && shows(part, paragraph)) {
        const words = { t: part.textContent, noBreakHyphen: "\u2011" }[is] ?? " ";
        const said = wording.spaced(words);
        isApart ||= /^\s/.test(words);
        if (!said) continue;
        if (isApart && block.text) block.text += " ";
        const at = block.text.length;
        block.text += said;
        isApart = /\s$/.test(words);
        addLink(block, addressOf(part, links, field), at);
      }
    }
    return block.text ? block : null;
  }

  // Whether it is a quotation by its style, or by its indentation, as briefs have them.
  function isSetApart(paragraph, quotes) {
    const [style, indent, list] = ["pStyle", "ind", "numPr"].map((name) => paragraph.querySelector(`:scope > pPr > ${name}`));
    const left = Number(value(indent, "left") || value(indent, "start")) - Number(value(indent, "hanging"));
    return quotes.has(value(style, "val")) || (left > 0 && !list);
  }

  function addressOf(part, links, field) {
    const link = part.closest("hyperlink, fldSimple");
    const id = link?.getAttributeNS("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "id");
    return links.get(id) ?? (field ?? value(link, "instr")).match(/HYPERLINK\s+"([^"]*)"/)?.[1];
  }

  function addLink({ links, text }, address, at) {
    const last = links.at(-1);
    if (address && last?.address === address && text.slice(last.end, at).trim() === "") last.end = text.length;
    else if (address) links.push({ at, end: text.length, address });
  }

  function shows(part, paragraph) {
    const run = part.closest("r");
    const isHidden = run?.querySelector(":scope > rPr > vanish:not([*|val='0'], [*|val='false'])");
    return part.closest("p") === paragraph && !part.closest("del, moveFrom, Fallback, rPr") && !isHidden;
  }

  // --- The words of HTML, to be shown

  function shown(html) {
    const tree = new DOMParser().parseFromString(html, "text/html");
    for (const each of tree.querySelectorAll("script, style, template, noscript, head")) each.remove();
    for (const each of tree.querySelectorAll("p, div, li, tr, h1, h2, h3, h4, h5, h6, blockquote, br")) each.append("\n");
    return tree.body.textContent.replace(/[^\S\n]+/g, " ").replace(/ ?\n\s*\n\s*/g, "\n\n").trim();
  }

  return { read, shown, formOf };
})();
