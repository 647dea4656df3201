// Takes a reader of a long document to a place by its number: “57”, “[57]”, “19(3)(b)”, “W3”, an
// anchor.  Without script the numbers in the margin and the page's outline lead there.
"use strict";

{ // scripts of a page share their names otherwise
  const labels = [...document.querySelectorAll(".document a.passage-label")];
  const before = document.querySelector(".document .record");
  if (before && labels.length > 1) offer();

  function offer() {
    const form = document.createElement("form");
    form.className = "jump";
    form.setAttribute("role", "search");
    form.setAttribute("aria-label", "Go to a passage");
    const around = document.createElement("label");
    const field = document.createElement("input");
    field.type = "text";
    field.autocomplete = "off";
    field.spellcheck = false;
    field.placeholder = labels[Math.min(1, labels.length - 1)].textContent;
    around.append("Go to ", field);
    const button = document.createElement("button");
    button.textContent = "Go";
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    form.append(around, button, status);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const found = find(field.value);
      status.textContent = found.length ? "" : `No passage has the number ${field.value.trim()}.`;
      if (found.length > 1) choose(status, found);
      if (found.length === 1) go(found[0]);
    });
    before.after(form);
  }

  // The words and numbers of a text, in order: “art. 19(3)(b)” has art, 19, 3 and b.
  function parts(text) {
    return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  }

  // Passages with this anchor or label, or else those whose number ends with what was asked for.
  function find(asked) {
    const wanted = parts(asked).join(" ");
    if (!wanted) return [];
    const exact = labels.filter((label) =>
      [label.hash.slice(1), label.textContent].some((name) => parts(name).join(" ") === wanted));
    return exact.length ? exact : labels.filter((label) => ` ${parts(name(label)).join(" ")}`.endsWith(` ${wanted}`));
  }

  function name(label) {
    return label.getAttribute("aria-label").replace(/^Permalink to /, "");
  }

  function choose(status, found) {
    status.append("Several have it: ");
    found.slice(0, 9).forEach((label, position) => {
      const link = document.createElement("a");
      link.href = label.hash;
      link.textContent = name(label);
      status.append(position ? ", " : "", link);
    });
    status.append(".");
  }

  function go(label) {
    const place = document.getElementById(label.hash.slice(1));
    location.hash = label.hash;
    place.tabIndex = -1; // so that a keyboard and a screen reader go on from there
    place.focus({ preventScroll: true });
  }
}
