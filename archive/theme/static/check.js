// The page that checks a reader's text.  intake.js reads the text, checking.js finds what it cites and
// quotes, and this shows it.  Nothing of the text is sent or kept: only files of the archive itself
// are loaded.  It works in slices, so that a long text can be stopped.
"use strict";

{ // scripts of a page share their names otherwise
  const root = new URL("../", document.currentScript.src);
  const said = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
  const _ = (text, values = {}) => (said[text] ?? text).replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const N_ = (text) => text; // said later
  const element = (name) => document.getElementById(`check-${name}`);
  const [form, field, source, day, chooser] = ["form", "text", "source", "date", "file"].map(element);
  const [working, told, result] = ["progress", "status", "result"].map(element);
  const bar = working.querySelector("progress");
  const base = form.dataset.base || root.href; // where links of a copied result lead
  const SLICE = 30; // milliseconds of work before the page is drawn again
  const AROUND = 60; // characters that are shown on either side of what was found
  const TELL = 4000; // milliseconds between two words on how far it is

  // In the order in which they are told: what it is called, how many are, its sign.
  const STATES = {
    stands: [N_("Stands"), N_("{count} stand"), "✓"],
    misquoted: [N_("Misquoted"), N_("{count} misquoted"), "≠"],
    withdrawn: [N_("Withdrawn"), N_("{count} withdrawn"), "×"],
    reworded: [N_("Reworded since"), N_("{count} reworded since"), "≈"],
    moved: [N_("Moved"), N_("{count} moved"), "→"],
    unclear: [N_("Unclear"), N_("{count} unclear"), "?"],
    outside: [N_("Not in the archive"), N_("{count} not in the archive"), "–"],
  };
  const COMMAS = { ar: "، ", zh: "，" };
  const KINDS = { anchor: N_("Anchor"), address: N_("Address"), fingerprint: N_("Fingerprint"), citation: N_("Citation"), quotation: N_("Quotation") };
  // What is told of a state and its note; the value of a note is a day.
  const NOTES = {
    "stands ellipsis": N_("With words left out, as is marked."),
    "stands brackets": N_("With a change in brackets, as is marked."),
    "stands case": N_("But for a capital letter."),
    "stands elsewhere": N_("The words stand here, and not in the passage that is cited beside them."),
    "stands draft": N_("It is not published yet."),
    "stands since": N_("So it was on that day; it changed on {date}."),
    "reworded until": N_("It said so until {date}."),
    reworded: N_("It has other words now."),
    "moved since": N_("Moved on {date}, to:"),
    moved: N_("Moved to:"),
    "withdrawn since": N_("Withdrawn on {date}."),
    "misquoted punctuation": N_("Only punctuation differs."),
    "misquoted until": N_("Compared with an earlier wording, which stood until {date}."),
    "misquoted absent": N_("The passage that is cited beside it has nothing like it, nor has any other."),
    "outside short": N_("These are too few words to look them up."),
    outside: N_("No passage has these words, or words like them."),
    "unclear unknown": N_("The archive has no such passage or document."),
    "unclear later": N_("It was published only later, on {date}."),
    "unclear page": N_("Numbers of pages change. Cite the passage."),
    "unclear several": N_("It can mean several passages."),
    "unclear absent": N_("The passage that is cited beside it does not have these words."),
    "unclear fingerprint": N_("The passage never had the words of this fingerprint."),
    "unclear unread": N_("The file of the document could not be loaded."),
    "unclear much": N_("The text has more than is checked."),
  };
  const UNREADABLE = {
    kind: N_("{name} is no text, Markdown, HTML or Word file (.docx). Save it as one of these, or paste its text."),
    word: N_("{name} could not be read as a Word document. Save it anew as .docx, or paste its text."),
    old: N_("This browser cannot unpack Word documents. Save {name} as text or HTML, or paste its text."),
  };

  let given = null; // {name, form, text} of a file, as long as the field is not edited
  let running = null; // the check that runs: {stopped, and when it last let the page be drawn and told how far it is}
  let done = null; // what the last check found

  function make(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  // --- What is to be checked

  function take(one) {
    given = one;
    field.value = { html: intake.shown, blocks: (blocks) => blocks.map((each) => each.text).join("\n\n") }[one.form]?.(one.text) ?? one.text;
    source.textContent = one.name;
    source.hidden = false;
    tell("");
  }

  function takeNothing() {
    given = null;
    source.hidden = true;
    chooser.value = "";
  }

  async function takeFile(file) {
    try {
      take(await intake.read(file));
      tell(_("{name} is ready to be checked.", { name: file.name }));
    } catch (error) {
      takeNothing();
      tell(_(UNREADABLE[error.message] ?? UNREADABLE.kind, { name: file.name }));
    }
  }

  // What a page or a word processor copied has links, which plain text has not.
  function takePasted(event) {
    const html = event.clipboardData?.getData("text/html") ?? "";
    const isWhole = field.selectionStart === 0 && field.selectionEnd === field.value.length;
    if (!isWhole || !/<a\s[^>]*href/i.test(html)) return;
    event.preventDefault();
    take({ name: _("Pasted, with its links"), form: "html", text: html });
  }

  // check.html#text=…&form=md&date=2026-11-22
  function takeFragment() {
    const asked = new Map(location.hash.slice(1).split("&").map((part) => {
      const [name, ...value] = part.split("=");
      try { return [name, decodeURIComponent(value.join("="))]; } catch { return [name, value.join("=")]; }
    }));
    if (!asked.has("text")) return;
    takeNothing();
    field.value = asked.get("text");
    if (["md", "html"].includes(asked.get("form"))) given = { name: "", form: asked.get("form"), text: field.value };
    if (/^\d{4}-\d\d-\d\d$/.test(asked.get("date") ?? "")) day.value = asked.get("date");
    form.requestSubmit();
  }

  // --- The check, in slices

  // `isShown`: what is told stands on the page already, for those who see it.
  function tell(words, isShown = false) {
    told.textContent = words;
    told.classList.toggle("said", isShown);
  }

  const turn = () => new Promise((go) => { setTimeout(go); });

  // What runs is stopped at once for the reader; the engine ends with its next step.
  function stop(words) {
    if (running) running.stopped = true;
    running = null;
    working.hidden = true;
    tell(words);
  }

  async function check() {
    const asked = given ?? { name: "", form: "txt", text: field.value };
    stop("");
    result.hidden = true;
    if (!field.value.trim()) {
      tell(_("There is no text yet. Paste one, or choose a file."));
      field.focus();
      return;
    }
    const now = performance.now();
    const run = running = { stopped: false, turned: now, told: now };
    bar.removeAttribute("value");
    working.hidden = false;
    tell(_("Checking …"));
    await turn();
    try {
      const found = await checking.check(asked.text, { form: asked.form, day: day.value, step: (share) => step(run, share) });
      if (run !== running) return;
      stop("");
      const isCut = found.findings.at(-1)?.note === "much" && !found.findings.at(-1).found;
      done = { ...found, isWhole: found.isWhole && !isCut, findings: isCut ? found.findings.slice(0, -1) : found.findings, name: asked.name, form: asked.form, date: day.value };
      show();
    } catch (error) {
      if (run === running) stop(_("The check does not work here: {error}", { error: error.message }));
    }
  }

  // The engine calls it as often as it likes; `share` of the work is done.
  async function step(run, share) {
    const now = performance.now();
    if (now - run.turned < SLICE) return;
    bar.value = share;
    if (now - run.told > TELL) {
      tell(_("Checking … {percent} %", { percent: Math.round(100 * share) }));
      run.told = now;
    }
    await turn();
    if (run.stopped) throw new Error("stopped");
    run.turned = performance.now();
  }

  // --- What was found

  function show() {
    const rows = done.findings;
    result.replaceChildren(
      make("h2", { id: "check-summary" }, summary(rows)),
      make("p", { className: "check-about" }, about()),
      ...(rows.length ? [make("p", { className: "check-against" }, _("Compared with the words of the archive, not with those of its sources."))] : []),
      ...notChecked(),
      ...(rows.length ? [tools(rows), legend(rows), make("ol", { className: "check-list" }, ...rows.map(shownFinding)), marked()] : []),
    );
    result.hidden = false;
    tell(summary(rows), true);
    if ([document.body, null].includes(document.activeElement) || form.contains(document.activeElement) || working.contains(document.activeElement)) result.focus();
  }

  const counts = (rows) => Object.keys(STATES).map((state) => [state, rows.filter((row) => row.state === state).length]).filter(([, many]) => many);

  function summary(rows) {
    if (!rows.length) return _("Nothing of this archive was found in the text.");
    const one = { stands: N_("{count} stands") };
    const states = counts(rows).map(([state, count]) => _((count === 1 && one[state]) || STATES[state][1], { count }));
    return _("{found} found: {states}.", { found: rows.length, states: states.join(COMMAS[document.documentElement.lang.slice(0, 2)] ?? ", ") });
  }

  const dated = (date) => new Date(`${date}T12:00:00`).toLocaleDateString(document.documentElement.lang.replace(/^en$/, "en-GB"), { dateStyle: "long" });

  function about() {
    const today = new Date().toLocaleDateString("sv"); // 2026-11-22, by the reader's clock
    return [done.name, _("as of {date}", { date: dated(done.date || today) }), form.dataset.archive].filter(Boolean).join(" · ");
  }

  function notChecked() {
    const names = done.unread.map((path) => _("{file} could not be loaded.", { file: path }));
    const told = [...names, ...(done.isWhole ? [] : [_("The end of the text: it is too long.")])];
    if (!told.length) return [];
    return [make("div", { className: "check-unchecked" },
      make("p", {}, make("b", {}, _("Not checked:"))), make("ul", {}, ...told.map((each) => make("li", {}, each))))];
  }

  function legend(rows) {
    if (!rows.some((row) => row.marks?.length)) return "";
    return make("p", { className: "check-legend" }, make("del", {}, _("only in your text")), " ", make("ins", {}, _("only in the passage")));
  }

  // Words that differ, which a screen reader is told by words.
  function differing(is, words) {
    const [before, after] = is === "del" ? [_("[your text: "), "]"] : [_("[the passage: "), "]"];
    const hidden = (said) => make("span", { className: "said" }, said);
    return make(is, {}, hidden(before), words, hidden(after));
  }

  function shownFinding(row, number) {
    const [name, , sign] = STATES[row.state];
    const place = make("a", { href: `#check-place-${number}`, className: "check-place" }, placeOf(row));
    place.addEventListener("click", (event) => {
      event.preventDefault();
      const box = result.querySelector(".check-marked");
      fill(box);
      box.open = true;
      location.hash = place.hash;
    });
    const head = make("p", { className: "check-head" },
      make("b", { className: "check-state" }, make("span", { className: "check-sign", ariaHidden: "true" }, sign), ` ${_(name)}`),
      ` ${_(KINDS[row.kind])}`, " · ", place);
    const words = make("blockquote", { className: "check-words", dir: "auto" }, ...around(row));
    const item = make("li", { id: `check-${number}`, className: `check-finding check-${row.state}` }, head, words);
    item.dataset.state = row.state;
    const told = [link(row.anchor, row.name), [noted(row), row.target && link(row.target, row.targetName), row.past && pastOf(row)]];
    const parts = [told[0], told[1].filter(Boolean).flatMap((each) => [" ", each]).slice(1)].flat().filter(Boolean);
    if (parts.length > 1 && told[0]) parts.splice(1, 0, " · ");
    if (parts.length) item.append(make("p", { className: "check-passage" }, ...parts));
    return item;
  }

  const placeOf = (row) => (["html", "blocks"].includes(done.form) ? _("paragraph {number}", { number: row.block + 1 }) : _("line {number}", { number: row.line }));
  const idOf = (anchor) => anchor.replace(/-[a-z]\d+$/, "");

  // A link to a passage or document; an anchor that is gone is no link where the list has none of it.
  function link(anchor, name) {
    if (!anchor || !name) return anchor ?? "";
    const id = idOf(anchor);
    return leading(`documents/${id}.html${id === anchor ? "" : `#${anchor}`}`, name);
  }

  const pastOf = ({ anchor }) => leading(`documents/${idOf(anchor)}.history.html#${anchor}`, _("Its wordings"));
  // In a tab of its own, as the way back would lead to a page without its result.
  const leading = (path, words) => make("a", { href: new URL(path, root), target: "_blank", rel: "noopener" }, words);

  function noted(row) {
    const [code, date] = (row.note ?? "").split(": ");
    const words = NOTES[`${row.state} ${code}`] ?? NOTES[row.state];
    const successor = row.state === "withdrawn" && row.target ? _(" Its place is taken by ").trimEnd() : "";
    return words && make("span", {}, _(words, { date: date && dated(date) }), successor);
  }

  // The words with some of what stands before and after them, and with what differs.
  function around(row) {
    const { text } = done.blocks[row.block];
    const { at, end } = row;
    const isCut = [at > AROUND, end + AROUND < text.length];
    const before = text.slice(Math.max(0, at - AROUND), at).replace(isCut[0] ? /^\S*\s/ : "", isCut[0] ? "… " : "");
    const after = text.slice(end, end + AROUND).replace(isCut[1] ? /\s\S*$/ : "", isCut[1] ? " …" : "");
    const beside = (words) => make("span", { className: "check-around" }, words);
    const isTold = row.kind === "address" && text.slice(at, end).replaceAll(" ", "") !== row.found;
    const address = isTold ? [make("span", { className: "check-address" }, ` ${row.found}`)] : [];
    return [beside(before), ...differences(row, text), ...address, beside(after)];
  }

  // The words of a finding, in which each place that differs is marked.
  function differences({ at, end, marks = [] }, text) {
    const begin = at + text.slice(at, end).length - text.slice(at, end).trimStart().length;
    const parts = [];
    let from = at;
    for (const mark of marks) {
      parts.push(text.slice(from, begin + mark.at));
      const own = mark.own ? [differing("del", text.slice(begin + mark.at, begin + mark.end))] : [];
      const other = mark.other ? [differing("ins", mark.other)] : [];
      const isWord = /^[\p{L}\p{N}]/u.test(mark.other);
      const gap = other.length && (own.length || (isWord && mark.at)) ? [" "] : [];
      parts.push(...own, ...gap, ...other, ...mark.end || !isWord ? [] : [" "]);
      from = begin + mark.end;
    }
    return [...parts, text.slice(from, end)];
  }

  // --- Choosing, copying, printing, keeping

  function tools(rows) {
    const all = counts(rows);
    const choice = make("fieldset", { className: "check-filter" }, make("legend", {}, _("Show")));
    for (const [value, name, count] of [["", _("All"), rows.length], ...all.map(([state, many]) => [state, _(STATES[state][0]), many])]) {
      const radio = make("input", { type: "radio", name: "state", value, checked: !value });
      radio.addEventListener("change", () => choose(value));
      choice.append(make("label", {}, radio, ` ${name} (${count})`), " ");
    }
    const buttons = make("p", { className: "check-tools" },
      button(_("Copy"), copy), " ", button(_("Print"), () => print()), " ", button(_("Keep as a file"), keep));
    const told = make("p", { className: "check-tabs" }, _("Links to passages open in a new tab."));
    return make("div", { className: "check-bar" }, ...(all.length > 1 ? [choice] : []), buttons, told);
  }

  function button(words, act) {
    const made = make("button", { type: "button" }, words);
    made.addEventListener("click", act);
    return made;
  }

  function choose(state) {
    for (const item of result.querySelectorAll(".check-finding")) item.hidden = Boolean(state) && item.dataset.state !== state;
    const many = result.querySelectorAll(".check-finding:not([hidden])").length;
    tell(_("{count} shown.", { count: many }));
  }

  // The result as HTML of its own: without what is pressed, with whole addresses.
  function standing() {
    const copied = result.cloneNode(true);
    for (const each of copied.querySelectorAll(".check-bar, .check-marked, [hidden]")) each.remove();
    for (const link of copied.querySelectorAll("a.check-place")) link.replaceWith(...link.childNodes);
    for (const link of copied.querySelectorAll("a[href]")) {
      link.setAttribute("href", link.href.replace(root.href, base));
      link.removeAttribute("target");
    }
    for (const each of copied.querySelectorAll("[id]")) each.removeAttribute("id");
    return copied;
  }

  function plain(copied) {
    const lines = [];
    const line = (each) => (each ? lines.push(each.textContent.replace(/\s+/g, " ").trim()) : 0);
    for (const each of copied.querySelectorAll("h2, .check-about, .check-against, .check-unchecked p, .check-unchecked li")) line(each);
    copied.querySelectorAll(".check-finding").forEach((item, number) => {
      lines.push("");
      for (const each of item.children) line(each);
      const at = lines.length - item.children.length;
      lines[at] = `${number + 1}. ${lines[at]}`;
      const link = item.querySelector(".check-passage a");
      if (link) lines.push(link.href);
    });
    return lines.join("\n");
  }

  async function copy() {
    const copied = standing();
    const [text, html] = [plain(copied), copied.innerHTML];
    try {
      try {
        const both = { "text/plain": text, "text/html": html };
        await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(Object.entries(both).map(([type, each]) => [type, new Blob([each], { type })])))]);
      } catch {
        copyTheOldWay(text, html);
      }
      tell(_("Copied"));
    } catch {
      tell(_("It could not be copied."));
    }
  }

  // A page opened from a disk may not use the clipboard otherwise.
  function copyTheOldWay(text, html) {
    const put = (event) => {
      event.preventDefault();
      event.clipboardData.setData("text/plain", text);
      event.clipboardData.setData("text/html", html);
    };
    document.addEventListener("copy", put, { once: true });
    const isDone = document.execCommand("copy");
    document.removeEventListener("copy", put);
    if (!isDone) throw new Error("copying is not possible here");
  }

  const KEPT = "body{max-width:44em;margin:2em auto;padding:0 1em;font:1rem/1.55 Georgia,serif;color:#1d1a17;background:#fffefb}h1{font-size:1.2rem}h2{font-size:1.4rem}a{color:#7c2529}p{margin:.3em 0}li{margin:1.4em 0}blockquote{margin:.4em 0;padding:.2em 0 .2em .9em;border-inline-start:3px solid #d9d2c7}.check-around,.check-address,.check-about,.check-against{color:#57504a}.said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}del{color:#8c1d18}ins{color:#1f5c33}";

  function keep() {
    const page = document.implementation.createHTMLDocument(`${document.querySelector("h1").textContent} - ${form.dataset.archive}`);
    Object.assign(page.documentElement, { lang: document.documentElement.lang, dir: document.documentElement.dir || "ltr" });
    const policy = make("meta", { httpEquiv: "Content-Security-Policy", content: "default-src 'none'; style-src 'unsafe-inline'" });
    const charset = page.createElement("meta");
    charset.setAttribute("charset", "utf-8");
    page.head.prepend(charset, policy);
    page.body.append(make("h1", {}, make("a", { href: base }, form.dataset.archive)), ...standing().childNodes);
    const html = page.documentElement.outerHTML.replace("</head>", () => `<style>${KEPT}</style></head>`);
    const file = new Blob([`<!doctype html>\n${html}\n`], { type: "text/html" });
    const link = make("a", { href: URL.createObjectURL(file), download: `${(done.name || "text").replace(/\.\w+$/, "")}-${_("checked")}.html` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  // The reader's text with a mark at each place, made when it is opened.
  function marked() {
    const box = make("details", { className: "check-marked" }, make("summary", {}, _("Your text, with what was found marked")));
    box.addEventListener("toggle", () => fill(box));
    return box;
  }

  function fill(box) {
    if (box.childElementCount > 1) return;
    const rows = done.blocks.map(() => []);
    done.findings.forEach((row, number) => rows[row.block].push([row, number]));
    box.append(make("div", { className: "check-whole" }, ...done.blocks.map((block, place) => shownBlock(block.text, rows[place]))));
  }

  function shownBlock(text, rows) {
    const shown = make("p", { dir: "auto" });
    let at = 0;
    for (const [row, number] of rows) {
      const begin = Math.max(at, row.at);
      const id = `check-place-${number}`;
      shown.append(text.slice(at, begin));
      at = Math.max(at, row.end);
      if (begin === at) { // within the one before
        shown.append(make("span", { id }));
        continue;
      }
      const link = make("a", { href: `#check-${number}`, title: _(STATES[row.state][0]) }, text.slice(begin, at));
      shown.append(make("mark", { id, className: `check-${row.state}` }, link));
    }
    shown.append(text.slice(at));
    return shown;
  }

  // --- The page itself

  form.addEventListener("submit", (event) => { event.preventDefault(); check(); });
  form.addEventListener("reset", () => {
    stop("");
    takeNothing();
    result.hidden = true;
    field.focus();
  });
  field.addEventListener("input", takeNothing);
  field.addEventListener("paste", takePasted);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  chooser.addEventListener("change", () => { if (chooser.files.length) takeFile(chooser.files[0]); });
  working.querySelector("button").addEventListener("click", () => { stop(_("Stopped.")); field.focus(); });
  // A file may be dropped anywhere: a browser would show it in the place of the page.
  const hasFile = (event) => event.dataTransfer?.types.includes("Files");
  for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(type, (event) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      form.classList.toggle("check-over", type === "dragenter" || type === "dragover");
      if (type === "drop" && event.dataTransfer.files.length) takeFile(event.dataTransfer.files[0]);
    });
  }
  day.max = new Date().toLocaleDateString("sv");
  addEventListener("hashchange", takeFragment);
  takeFragment();
}
