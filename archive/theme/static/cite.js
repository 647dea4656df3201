// Shows how a passage is cited beside it, and on the companion page: one style that a reader chooses
// once, copying (with italics), sharing, records for reference managers, links to selected words.
// What is shown stands in the companion page, to which every “Cite” leads without script, too.
"use strict";

{ // scripts of a page share their names otherwise
  // What is said in another language than English stands in the page.
  const said = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
  const _ = (text, values = {}) => (said[text] ?? text).replace(/\{(\w+)\}/g, (_all, name) => values[name]);

  const STYLE = "citation-style"; // where the reader's choice is kept
  const isCompanion = document.querySelector(".citations") !== null;
  const companions = new Map(); // documents by address
  const named = new Map(); // what the page's head says of the whole document

  const status = make("p", { className: "copy-status", role: "status" });
  document.body.append(status);

  function make(tag, { text, role, label, ...properties } = {}) {
    const element = Object.assign(document.createElement(tag), properties);
    if (text) element.textContent = text;
    if (role) element.setAttribute("role", role);
    if (label) element.setAttribute("aria-label", label);
    return element;
  }

  // Copying: with its italics where the browser takes rich text, else as plain text.

  async function copy(text, html) {
    try {
      if (html && globalThis.ClipboardItem) {
        const plain = new Blob([text], { type: "text/plain" });
        const rich = new Blob([html], { type: "text/html" });
        await navigator.clipboard.write([new ClipboardItem({ "text/plain": plain, "text/html": rich })]);
      } else {
        await navigator.clipboard.writeText(text);
      }
    } catch {
      // Without a secure context (a page opened from a file) there is only the old way.
      const field = make("textarea", { value: text, readOnly: true, className: "copy-field" });
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      if (!done) throw new Error("copying is not possible here");
    }
  }

  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

  function copying(what, text, html, shown = _("Copy")) {
    const button = make("button", { type: "button", className: "copy", text: shown, label: _("Copy {what}", { what }) });
    button.addEventListener("click", async () => {
      try {
        await copy(await text(), html?.());
        button.textContent = _("Copied");
        status.textContent = _("Copied: {what}", { what });
      } catch {
        status.textContent = _("Could not copy: {what}", { what });
      }
      button.focus();
    });
    button.addEventListener("blur", () => { button.textContent = shown; });
    return button;
  }

  // The style that the reader chose; in a browser that keeps nothing, as long as the page is open.

  let style = isCompanion ? "" : "chicago";
  try { style = localStorage.getItem(STYLE) ?? style; } catch { /* it keeps nothing */ }

  function showChosen() {
    for (const list of document.querySelectorAll(".panel-head select")) list.value = style;
    for (const citation of document.querySelectorAll("[data-style]")) {
      const isHidden = style !== "" && citation.dataset.style !== style;
      citation.hidden = citation.previousElementSibling.hidden = isHidden;
    }
  }

  function chooser(root) {
    const list = make("select");
    const found = [...root.querySelectorAll("[data-style]")];
    const forms = new Map(found.map((each) => [each.dataset.style, each.previousElementSibling.textContent]));
    if (!forms.has(style)) style = "";
    list.append(make("option", { value: "", text: _("All styles") }));
    for (const [value, text] of forms) list.append(make("option", { value, text }));
    list.addEventListener("change", () => {
      style = list.value;
      try { localStorage.setItem(STYLE, style); } catch { /* it keeps nothing */ }
      showChosen();
    });
    const label = make("label", { text: _("Cite as ") });
    label.append(list);
    return label;
  }

  // The first section of the companion page, on the whole document, has the code of each style.

  function nameStyles(list, page) {
    const whole = page.querySelectorAll(".citing:first-of-type > dl > [data-style]");
    const named = new Map([...whole].map((each) => [each.previousElementSibling.textContent, each.dataset.style]));
    for (const each of list.querySelectorAll("dt")) {
      const code = named.get(each.textContent);
      if (code) each.nextElementSibling.dataset.style = code;
    }
  }

  // A section of the companion page, furnished with what script can do.

  function furnish(list, page) {
    nameStyles(list, page);
    const citation = list.querySelector("[data-style]").innerHTML;
    const copied = list.querySelectorAll("[data-style], .permalink, .fingerprint, .proof");
    for (const value of copied) {
      const text = value.textContent;
      const html = value.dataset.style ? value.innerHTML : undefined;
      const what = value.previousElementSibling.textContent;
      value.classList.add("to-copy");
      value.append(" ", copying(what, () => text, html && (() => html)));
      if (value.matches(".permalink") && navigator.share) value.append(" ", sharing(text));
    }
    const templates = page.querySelector("#records");
    if (templates && list.dataset.at) offer(list, JSON.parse(templates.textContent));
    const embedding = page.querySelector("#embedding");
    if (embedding && list.dataset.at && location.protocol !== "file:") embed(list, embedding.textContent, citation);
  }

  function sharing(url) {
    const button = make("button", { type: "button", className: "copy", text: _("Share"), label: _("Share permalink") });
    button.addEventListener("click", () => {
      navigator.share({ title: document.title, url }).catch(() => {}); // the reader may think again
    });
    return button;
  }

  function offer(list, templates) {
    const key = list.querySelector(".permalink").firstChild.textContent.split("#")[1];
    const values = { key, locator: list.dataset.locator ?? list.dataset.at, proof: list.querySelector(".proof")?.firstChild.textContent ?? "" };
    const day = list.dataset.day; // of an editor's note, which the archive published
    if (day) Object.assign(values, {
      opening: values.locator[0].toUpperCase() + values.locator.slice(1), iso: day, year: day.slice(0, 4),
      slashed: day.replaceAll("-", "/"), parts: day.split("-").map(Number).join(", "),
      month: new Date(day).toLocaleDateString("en-GB", { day: "numeric", month: "long", timeZone: "UTC" }),
    });
    const row = make("dd");
    const { said = [], ...forms } = templates; // what several forms say, by its number
    Object.assign(values, said);
    for (const [suffix, { label, type, text, note }] of Object.entries(forms)) {
      const button = make("button", { type: "button", className: "copy", text: label, label: _("{form}, saved as a file", { form: label }) });
      button.addEventListener("click", () => {
        const file = new Blob([filled(day ? note : text, suffix, values)], { type });
        const link = make("a", { href: URL.createObjectURL(file), download: `${key}.${suffix}` });
        link.click();
        URL.revokeObjectURL(link.href);
      });
      row.append(button, " ");
    }
    list.querySelector(".fingerprint").previousElementSibling.before(make("dt", { text: _("To a reference manager") }), row);
  }

  // A passage as a quotation for a page elsewhere, in the template of the companion page.

  function embed(list, template, citation) {
    const [address, key] = list.querySelector(".permalink").firstChild.textContent.split("#");
    const page = address.split("/").pop();
    const what = _("Quotation for a web page (HTML)");
    const button = copying(what, async () => {
      const lines = list.dataset.day ? template.replace(/\n<small>.*<\/small>/, "") : template;
      const words = make("p", { text: await wordsOf(page, key) }).innerHTML;
      const values = { anchor: key, words, citation };
      return lines.replace(/\{(\w+)\}/g, (slot, name) => values[name] ?? slot);
    }, undefined, what);
    const row = make("dd");
    row.append(button);
    list.querySelector(".fingerprint").previousElementSibling.before(make("dt", { text: _("Share") }), row);
  }

  // The words of a passage, without what the archive sets beside them and without its parts.
  const BESIDE = ".passage-name, .passage-label, .to-cite, .origin, .footnote-reference, .bibtex-citation, .headerlink, .passage, .passage-panel";

  async function wordsOf(page, key) {
    const there = isCompanion ? parsed(await (await fetch(page)).text()) : document;
    const passage = there.getElementById(key).cloneNode(true);
    for (const each of passage.querySelectorAll(BESIDE)) {
      const before = each.previousSibling;
      if (each.matches(".bibtex-citation") && before?.nodeType === Node.TEXT_NODE) before.data = before.data.trimEnd();
      each.remove();
    }
    for (const each of passage.querySelectorAll("p, li, dt, dd, td, th, br, figcaption")) each.after(" ");
    return passage.textContent.replace(/\s+/g, " ").trim();
  }

  // The record of a passage: texts, and between two of them the name of a value.
  function filled(text, suffix, values) {
    return text.map((part, at) => at % 2 ? ESCAPES[suffix](values[part]) : part).join("");
  }

  const COMMANDS = { "\\": "\\textbackslash{}", "{": "\\textbraceleft{}", "}": "\\textbraceright{}", "^": "\\textasciicircum{}", "~": "\\textasciitilde{}" };
  // What TeX's fonts run together into another sign: --, ``, '', ,,, <<, >>, ?`, !`.
  const LIGATURES = /(?<=-)(?=-)|(?<=[`?!])(?=`)|(?<=')(?=')|(?<=,)(?=,)|(?<=<)(?=<)|(?<=>)(?=>)/;
  const inTex = (value) => value.split(LIGATURES).map((part) =>
    part.replace(/[\\{}^~%#$&_]/g, (sign) => COMMANDS[sign] ?? `\\${sign}`)).join("{}");
  const ESCAPES = {
    bib: inTex,
    "bibtex.bib": inTex,
    json: (value) => JSON.stringify(value).slice(1, -1),
    ris: (value) => value,
  };

  // Beside a passage the citation comes first, its address takes a line, and what few ask for is folded.

  const FOLDED = ".fingerprint, .proof, .fingerprint ~ dd";

  function shorten(list) {
    const address = list.querySelector(".permalink");
    address.replaceChild(make("span", { className: "address", text: address.firstChild.textContent }), address.firstChild);
    const rows = (chosen) => [...list.querySelectorAll(chosen)].flatMap((each) => [each.previousElementSibling, each]);
    list.prepend(...rows("[data-style]"));
    const few = rows(FOLDED);
    if (few.length === 0) return [list];
    const more = make("details", { className: "more" });
    const folded = make("dl");
    folded.append(...few);
    more.append(make("summary", { text: _("Fingerprint, proof and history") }), folded);
    return [list, more];
  }

  // Beside a passage: “Cite” opens and closes the section of the companion page.

  async function section(link) {
    const [address, key] = link.href.split("#");
    if (!companions.has(address)) {
      const fetched = fetch(address).then(async (answer) => {
        if (!answer.ok) throw new Error(`${answer.status}`);
        return parsed(await answer.text());
      });
      fetched.catch(() => companions.delete(address));
      companions.set(address, fetched);
    }
    const page = await companions.get(address);
    const list = page.getElementById(key)?.querySelector("dl");
    if (!list) throw new Error(`${key} is not there`);
    return [document.importNode(list.parentElement, true), page];
  }

  async function open(link) {
    link.setAttribute("aria-expanded", "true");
    try {
      const [found, page] = await section(link);
      if (!isOpen(link) || panelOf(link)) return; // it was closed, or opened again, meanwhile
      const list = found.querySelector("dl");
      const label = _("Cite {passage}", { passage: found.querySelector("h3").textContent });
      const panel = make("div", { className: "passage-panel citing", role: "group", label });
      const all = make("a", { href: link.href, text: _("On a page of its own") });
      for (const inner of list.querySelectorAll("a[href^='#']")) inner.href = new URL(inner.hash, location.href);
      for (const each of list.querySelectorAll("[id]")) each.removeAttribute("id"); // the page has it
      furnish(list, page);
      const shown = shorten(list);
      const head = make("p", { className: "panel-head" });
      head.append(chooser(list), " ", all);
      panel.append(head, ...shown);
      link.after(panel);
      showChosen();
      select();
    } catch {
      close(link);
      location.href = link.href;
    }
  }

  function close(link) {
    link.setAttribute("aria-expanded", "false");
    panelOf(link)?.remove();
  }

  function panelOf(link) {
    const next = link.nextElementSibling;
    return next?.matches(".passage-panel") ? next : null;
  }

  const isOpen = (link) => link.getAttribute("aria-expanded") === "true";

  // The signatory that was arrived at stands for its group, else the first.
  function aimed(link) {
    const own = link.matches(".of-many") && link.parentElement.querySelector(":target > .passage-label");
    if (own) link.hash = own.hash;
  }

  if (!isCompanion && location.protocol !== "file:") {
    for (const link of document.querySelectorAll("a.to-cite")) {
      link.setAttribute("role", "button");
      link.setAttribute("aria-expanded", "false");
    }
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a.to-cite");
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      aimed(link);
      if (isOpen(link)) close(link);
      else open(link);
    });
    document.addEventListener("keydown", (event) => {
      const link = event.target.closest?.("a.to-cite");
      if (event.key === " " && link) {
        event.preventDefault();
        link.click();
      }
      const panel = event.target.closest?.(".passage-panel");
      const opener = event.key === "Escape" && (panel?.previousElementSibling ?? (link && isOpen(link) && link));
      if (opener) {
        close(opener);
        opener.focus();
      }
    });
  }

  if (isCompanion) {
    const all = document.querySelector(".citations");
    for (const list of all.querySelectorAll(".citing > dl")) furnish(list, document);
    const head = make("p", { className: "panel-head" });
    head.append(chooser(all));
    all.prepend(head);
    showChosen();
  }

  // Text fragments: percent-encode what has a meaning in them, the hyphen included.

  const encode = (words) => encodeURIComponent(words).replaceAll("-", "%2D");
  let selected = null; // the last words that were selected in a passage, and where

  function select() {
    const selection = document.getSelection();
    const words = selection.toString().replace(/\s+/g, " ").trim();
    const node = selection.anchorNode;
    const start = node && (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
    const passage = start?.closest(".passage, aside.footnote");
    if (words && passage && !start.closest(".passage-panel") && passage.contains(selection.focusNode)) {
      selected = { passage, words };
    }
    const link = selected?.passage.querySelector(":scope > a.to-cite");
    const list = link && panelOf(link)?.querySelector("dl");
    if (list) quote(list, selected.words);
  }

  function quote(list, words) {
    const permalink = list.querySelector(".permalink").firstChild.textContent;
    const address = `${permalink.replace(/#$/, "")}:~:text=${encode(words)}`;
    list.querySelectorAll(".quote-link").forEach((each) => each.remove());
    const value = make("dd", { className: "quote-link to-copy" });
    value.append(make("a", { href: address, text: _("“{title}”", { title: words }) }), " ",
      copying(_("link to the words selected"), () => address));
    list.querySelector(".permalink").after(
      make("dt", { className: "quote-link", text: _("Link to the words selected") }), value);
  }

  document.addEventListener("selectionchange", select);

  // Whoever arrives far below the title is told in which document, and at which passage: beside the
  // way up, and on a small screen in the header; and what became of it, as far as there is room.

  const strip = document.querySelector(".document-strip b");
  const brand = document.querySelector(".mobile-header .brand");
  const title = document.querySelector(".document h1");
  const calm = brand?.textContent;
  let arrived = strip?.textContent; // the short title, and the passage

  function run(at) {
    if (!strip) return;
    named.has(strip) || named.set(strip, strip.textContent);
    arrived = strip.textContent = at ? _("{document}, {place}", { document: named.get(strip), place: at }) : named.get(strip);
    tellHeader();
  }

  function tellHeader() {
    if (!brand || !title || !strip) return;
    const isAway = title.getBoundingClientRect().bottom < 0;
    const line = strip.closest(".document-strip");
    line.classList.toggle("away", isAway);
    brand.textContent = isAway ? arrived : calm;
    if (isAway) brand.append(make("small", { text: line.querySelector(".status").textContent }));
  }

  if (brand && title && globalThis.IntersectionObserver) new IntersectionObserver(tellHeader).observe(title);

  // A reference manager that saves the page saves the passage that was arrived at.  An editor's note
  // is the archive's own, of the day that the companion page knows.

  const MARK = /( \[[^[\]]*\]|; [^;\]]*\])$/; // “[rewritten by …]”, behind a title or in its brackets
  const UNMARKED = / \[[^[\]]*\]$|; [^;\]]*(?=\]$)/;
  const titled = document.querySelector('meta[name="citation_title"]');
  if (titled && !document.querySelector('meta[name="DC.date"]')) titled.after(make("meta", { name: "DC.date" }));
  const heads = [...document.querySelectorAll('meta[name^="citation_"], meta[name^="DC"]')]
    .map((meta) => ({ meta, key: meta.name, whole: meta.content }));

  function say(told) {
    const before = new Set();
    for (const { meta, key, whole } of heads) {
      meta.content = !(key in told) ? whole : before.has(key) ? "" : told[key](whole);
      meta.name = meta.content && key; // what says nothing is nothing
      before.add(key);
    }
  }

  function ofNote(at, day = "") {
    const title = (whole) => `${at[0].toUpperCase()}${at.slice(1)} to ${whole.replace(UNMARKED, "")}`;
    const archive = heads.find(({ key }) => key === "DC.publisher")?.whole ?? "";
    return {
      citation_title: title, "DC.title": title,
      citation_author: () => `${archive.replace(/[,;]+/g, " ")},`,
      citation_publication_date: () => day.replaceAll("-", "/"), "DC.date": () => day, "DCTERMS.date": () => day,
      "DC.contributor": () => "", "DC.source": () => "", "DC.type": () => "Annotation",
    };
  }

  function name() {
    const key = decodeURIComponent(location.hash.slice(1));
    const at = key && locator(CSS.escape(key));
    const citation_public_url = (whole) => `${whole}#${key}`;
    run(at);
    if (!at) return say({});
    if (!document.getElementById(key)?.matches(".editors-note")) {
      const title = (whole) => whole.replace(MARK, `, ${at}$&`);
      return say({ citation_title: title, "DC.title": title, citation_public_url });
    }
    say({ ...ofNote(at), citation_public_url });
    const link = document.querySelector(`a.to-cite[href$="#${CSS.escape(key)}"]`);
    if (link && location.protocol !== "file:") section(link).then(([found]) => {
      const { locator: english = at, day } = found.querySelector("dl").dataset;
      if (location.hash === `#${key}`) say({ ...ofNote(english, day), citation_public_url });
    }, () => {}); // without its day
  }

  // Of a signatory, whose group has one link, from the name of its permalink.
  function locator(key) {
    const link = document.querySelector(`a.to-cite[href$="#${key}"]:not(.of-many)`);
    const label = document.querySelector(`.signatories a.passage-label[href="#${key}"]`);
    const name = link?.dataset.at ?? link?.getAttribute("aria-label")?.replace(/^.*?Cite /, "");
    return name ?? label?.title.replace(/^.*, /, "");
  }

  name();
  addEventListener("hashchange", name);

  // On a small screen a note before all text is folded, so that the text begins in sight.

  const small = matchMedia("(max-width: 46em)").matches;
  for (const note of document.querySelectorAll(small ? ".ahead > .editors-note:not(:target)" : "_")) {
    const title = note.querySelector(".admonition-title");
    const [fold, summary] = ["details", "summary"].map((each) => document.createElement(each));
    summary.className = title.className;
    title.after(fold);
    while (fold.nextSibling) fold.append(fold.nextSibling);
    fold.prepend(summary);
    summary.append(...title.childNodes);
    title.remove();
  }

  // What is folded unfolds for whoever follows a link to it, and for print, also where the browser
  // does not do so by itself.

  const folded = document.querySelectorAll(":is(details.signatories, :is(.record, .editors-note) > details):not([open])");

  function unfoldTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const group = target?.closest("details.signatories") ?? target?.querySelector(":scope.editors-note > details");
    if (!group || group.open) return;
    group.open = true;
    target.scrollIntoView();
  }

  if (folded.length) {
    unfoldTarget();
    addEventListener("hashchange", unfoldTarget);
    addEventListener("beforeprint", () => { for (const group of folded) group.open = true; });
  }
}
