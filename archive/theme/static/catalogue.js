// Lets a reader choose from the list of documents and put it in another order.  Without script the
// whole list stands there, by date.  The choice is in the address, so that it can be kept and sent.
"use strict";

{ // scripts of a page share their names otherwise
  // What is said in another language than English stands in the page, in the forms of its numbers.
  const said = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
  const LANGUAGE = document.documentElement.lang || "en";
  const filled = (text, values) => text.replace(/\{(\w*)\}/g, (_all, name) => values[name]);
  const _ = (text, values = {}) => filled(said[text] ?? text, values);

  function plural(one, several, count, values = {}) {
    const forms = said[one] ?? {};
    const form = forms[new Intl.PluralRules(LANGUAGE).select(count)] ?? forms.other;
    return filled(form ?? (count === 1 ? one : several), { "": count, ...values });
  }

  const list = document.querySelector("ul.catalogue");
  const form = document.querySelector(".catalogue-form");

  if (list && form && list.children.length > 1) offer();
  else form?.remove();

  function offer() {
    const facets = [["issuer", _("Issuer")], ["kind", _("Kind")], ["year", _("Year")], ["subject", _("Subject")]];
    const entries = [...list.children].map((row, position) => ({ row, position, ...facts(row) }));
    const asked = new URLSearchParams(location.search);

    const fields = document.createElement("form");
    fields.setAttribute("role", "search");
    fields.setAttribute("aria-label", _("Choose documents"));
    const chosen = Object.fromEntries(facets.map(([name, label]) => {
      const found = new Map();
      for (const entry of entries) for (const value of entry[name]) found.set(value, (found.get(value) ?? 0) + 1);
      const options = [...found].sort(([a], [b]) => a.localeCompare(b, LANGUAGE));
      return [name, field(name, label, [["", _("any")], ...options.map(([value, many]) => [value, `${value} (${many})`])])];
    }));
    chosen.sort = field("sort", _("Sorted"), [["", _("by date")], ["title", _("by title")], ["issuer", _("by issuer")]]);
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    const reset = document.createElement("button");
    reset.type = "reset";
    reset.textContent = _("Show all");
    const foot = document.createElement("div");
    foot.className = "catalogue-status";
    foot.append(status, reset);
    fields.append(foot);
    form.append(fields);

    fields.addEventListener("change", () => { show(); keep(); });
    fields.addEventListener("submit", (event) => event.preventDefault());
    fields.addEventListener("reset", () => setTimeout(() => { show(); keep(); }));
    show();

    function field(name, label, options) {
      const around = document.createElement("label");
      const select = document.createElement("select");
      select.name = name;
      for (const [value, words] of options) select.add(new Option(words, value));
      for (const option of select.options) option.defaultSelected = option.value === ""; // for “Show all”
      if (options.some(([value]) => value === asked.get(name))) select.value = asked.get(name);
      around.append(label, select);
      fields.append(around);
      return select;
    }

    function show() {
      let many = 0;
      for (const entry of entries) {
        const fits = facets.every(([name]) => !chosen[name].value || entry[name].includes(chosen[name].value));
        entry.row.hidden = !fits;
        many += fits;
      }
      const by = chosen.sort.value;
      const sorted = [...entries].sort((a, b) =>
        (by ? String(a[by]).localeCompare(String(b[by]), LANGUAGE) : 0) || a.position - b.position);
      list.append(...sorted.map((entry) => entry.row));
      status.textContent = many === entries.length
        ? plural("All {} document", "All {} documents", many) : _("{number} of {all} documents", { number: many, all: entries.length });
      reset.disabled = many === entries.length && !by;
    }

    function keep() {
      const words = new URLSearchParams();
      for (const [name, select] of Object.entries(chosen)) if (select.value) words.set(name, select.value);
      const address = words.size ? `?${words}` : location.pathname;
      try { history.replaceState(null, "", address); } catch { /* a page opened from a file keeps its address */ }
    }
  }

  function facts(row) {
    const texts = (name) => [...row.querySelectorAll(`.${name}`)].map((part) => part.textContent.trim());
    const year = [...(row.querySelector(".date")?.classList ?? [])].find((name) => /^year-\d/.test(name));
    return {
      issuer: texts("issuer"), kind: texts("kind"), subject: texts("subject"),
      year: [year ? year.slice(5) : _("unknown")],
      title: (row.querySelector(".catalogue-title")?.textContent ?? "").replace(/^[\s“[(]+/, ""),
    };
  }
}
