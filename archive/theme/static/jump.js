// Takes a reader of a long document to a place by its number: “57”, “[57]”, “19(3)(b)”, “W3”, an
// anchor.  Without script the numbers in the margin and the page's outline lead there.
"use strict";

{ // scripts of a page share their names otherwise
  // What is said in another language than English stands in the page.
  const said = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
  const _ = (text, values = {}) => (said[text] ?? text).replace(/\{(\w+)\}/g, (_all, name) => values[name]);

  const labels = [...document.querySelectorAll(".document a.passage-label")];
  const headings = [...document.querySelectorAll(".document section section > * > a.headerlink")];
  const places = labels.map((label) => ({
    anchor: label.hash.slice(1), label: label.textContent, number: label.dataset.number,
    name: name(label), link: label,
  }));
  const before = document.querySelector(".document .to-cite.whole");
  if (before) {
    addEventListener("hashchange", follow);
    follow();
    if (before.closest(".jumps")) {
      offer();
      resume();
    }
  }

  function offer() {
    const form = document.createElement("form");
    form.className = "jump";
    form.setAttribute("role", "search");
    form.setAttribute("aria-label", _("Go to a passage"));
    const around = document.createElement("label");
    const field = document.createElement("input");
    field.type = "text";
    field.autocomplete = "off";
    field.spellcheck = false;
    field.placeholder = labels[1].textContent;
    around.append(_("Go to "), field);
    const button = document.createElement("button");
    button.textContent = _("Go");
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    form.append(around, button, status);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const found = find(field.value);
      status.textContent = found.length ? "" : _("No passage has the number {number}.", { number: field.value.trim() });
      if (found.length > 1) choose(status, found);
      if (found.length === 1) go(found[0]);
    });
    before.after(form);
  }

  // Passages; or else the headings that begin with what was asked for.
  function find(asked) {
    const found = locate(asked, places).map((place) => place.link);
    const whole = locate.parts(asked);
    if (found.length || !whole) return found;
    return headings.filter((link) => `${locate.parts(name(link))} `.startsWith(`${whole} `));
  }

  function name(link) {
    if (link.matches(".passage-label")) return link.dataset.name ?? link.title.replace(/^Permalink to /, "");
    return link.parentElement.textContent.replace(link.textContent, "").trim();
  }

  // An address may end in a number: ruling.html#57.
  function follow() {
    let asked;
    try {
      asked = decodeURIComponent(location.hash.slice(1));
    } catch {
      return; // no fragment of ours
    }
    if (!asked || document.getElementById(asked)) return;
    const found = find(asked);
    if (found.length === 1) location.replace(found[0].hash);
  }

  // Offer the place where this reader left the page, in this tab and no longer.
  function resume() {
    const key = `place ${location.pathname}`;
    let left;
    try { left = sessionStorage.getItem(key); } catch { return; /* it keeps nothing */ }
    const found = labels.find((label) => label.hash === left);
    if (found && !location.hash && scrollY === 0) {
      const [before, after] = _("You left off at {passage}.", { passage: "\0" }).split("\0");
      document.querySelector(".jump [role=status]").append(before, link(found), after);
    }
    addEventListener("pagehide", () => {
      const above = labels.filter((label) => label.getBoundingClientRect().top < innerHeight / 2);
      if (scrollY > innerHeight) sessionStorage.setItem(key, above.at(-1)?.hash ?? "");
      else sessionStorage.removeItem(key);
    });
  }

  function link(label) {
    const made = document.createElement("a");
    made.href = label.hash;
    made.textContent = name(label);
    return made;
  }

  function choose(status, found) {
    status.append(_("Several have it: "));
    found.slice(0, 9).forEach((label, position) => {
      status.append(position ? ", " : "", link(label));
    });
    status.append(".");
  }

  function go(label) {
    const place = document.getElementById(label.hash.slice(1));
    location.hash = label.hash;
    place.tabIndex = -1; // so that a keyboard and a screen reader go on from there
    place.focus({ preventScroll: true });
    document.querySelector(".jump [role=status]").textContent = name(label);
  }
}
