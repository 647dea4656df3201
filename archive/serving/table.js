// The editor's table: shows each passage beside its source, saves it into the document, and lists
// what the build and the comparison with the source find in it.
"use strict";

(() => {
  const id = document.body.dataset.id;
  const address = `/_serve/table/${id}`;
  const main = document.getElementById("rows");
  const told = document.getElementById("told");
  const progress = document.getElementById("done");
  const shown = new Map(); // by anchor: its section, its words, and what was read last
  let problems = [];

  function element(name, attributes, ...content) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }

  function make(row) {
    const words = element("textarea", { "aria-label": `Words of ${row.anchor}`, dir: "auto",
      spellcheck: "true" });
    const hint = element("p", { class: "hint" });
    const list = element("ul", { class: "problems", role: "status" });
    const section = element("section", { id: row.anchor },
      element("h2", {}, [row.anchor.slice(id.length + 1), row.named].filter(Boolean).join(" · ")),
      element("p", { class: "source", dir: "auto" }, row.source),
      element("div", {}, words, hint, list));
    const one = { section, words, hint, list, row, saved: row.words };
    words.addEventListener("keydown", (event) => act(event, one));
    words.addEventListener("change", () => save(one));
    main.append(section);
    return one;
  }

  function insert(words, text) {
    words.setRangeText(text, words.selectionStart, words.selectionEnd, "end");
    words.focus();
  }

  function draw(one, row) {
    const dirty = one.words.value !== one.saved;
    one.row = row;
    if (!dirty || !one.section.dataset.drawn) one.words.value = one.saved = row.words;
    one.section.dataset.drawn = "yes";
    one.section.classList.toggle("written", row.written);
    const roles = row.roles.map((role) => {
      const button = element("button", { type: "button" }, role);
      button.addEventListener("click", () => insert(one.words, role));
      return button;
    });
    one.hint.replaceChildren(...roles, row.hint);
  }

  function mark() {
    for (const one of shown.values()) {
      const [first, last] = one.row.lines; // counted from 0; the anchor stands above
      const found = !one.row.written ? [] : problems.filter((each) => {
        const line = Number(each.place.split(":").pop());
        return line >= first && line <= last;
      });
      one.section.classList.toggle("wrong", found.length > 0);
      one.list.replaceChildren(...found.map((each) => element("li", {}, each.text)));
    }
    const wrong = [...shown.values()].filter((one) => one.section.classList.contains("wrong"));
    const first = wrong.length ? element("a", { href: `#${wrong[0].row.anchor}` },
      wrong.length === 1 ? "1 with problems" : `${wrong.length} with problems`) : "";
    told.replaceChildren(`${progress.value} of ${progress.max} written${first ? ", " : ""}`, first);
  }

  async function read() {
    const answer = await fetch(`${address}.json`, { cache: "no-store" });
    const state = await answer.json();
    if (!answer.ok) return tell(state.error);
    for (const row of state.rows) {
      if (!shown.has(row.anchor)) shown.set(row.anchor, make(row));
      draw(shown.get(row.anchor), row);
    }
    progress.max = state.rows.length;
    progress.value = state.rows.filter((row) => row.written).length;
    mark();
  }

  function tell(text) {
    told.textContent = text;
  }

  async function save(one) {
    const words = one.words.value;
    if (words === one.saved || !words.trim()) return true;
    const answer = await fetch(address, {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ anchor: one.row.anchor, was: one.row.was, words }),
    });
    if (!answer.ok) {
      tell((await answer.json()).error);
      return false;
    }
    one.saved = words;
    await read();
    return true;
  }

  async function act(event, one) {
    const all = [...shown.values()];
    const here = all.indexOf(one);
    if (event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      if (!(await save(one))) return;
      const after = [...all.slice(here + 1), ...all.slice(0, here)];
      go(after.find((each) => !each.row.written));
    } else if (event.altKey && event.key === "ArrowDown") {
      event.preventDefault();
      go(all[here + 1]);
    } else if (event.altKey && event.key === "ArrowUp") {
      event.preventDefault();
      go(all[here - 1]);
    }
  }

  function go(one) {
    if (!one) return;
    one.section.scrollIntoView({ block: "start" });
    one.words.focus({ preventScroll: true });
  }

  read().then(() => {
    go([...shown.values()].find((each) => !each.row.written));
    const source = new EventSource("/_serve/events");
    source.addEventListener("message", (event) => {
      const notice = JSON.parse(event.data);
      problems = [...notice.diagnostics, ...notice.fidelity].filter((each) =>
        each.place.startsWith(`documents/${id}.md`));
      read().catch(() => {}); // the server restarts, and sends a notice when it is back
    });
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...shown.values()].some((one) => one.words.value !== one.saved)) event.preventDefault();
  });
})();
