// Reloads a page of make serve when a build changed it, and lists on each page what is wrong with the
// archive.  The server adds this script to the pages that it sends; the site's own files lack it.
"use strict";

(() => {
  const shown = document.currentScript.dataset.shown;
  const DISMISSED = "archive-serve-dismissed";
  const STYLE = `
    section { position: fixed; inset: auto 0 0 0; z-index: 1000; max-height: 45vh; overflow: auto;
      padding: 0.75rem 1rem; box-sizing: border-box; font: 1rem/1.5 system-ui, sans-serif;
      color: #fff; background: #7a1f1f; border-top: 3px solid #fff; }
    header { display: flex; justify-content: space-between; align-items: start; gap: 1rem; }
    h2 { margin: 0; font-size: 1rem; }
    ul { margin: 0.5rem 0 0; padding: 0; list-style: none; }
    li { padding: 0.25rem 0; overflow-wrap: anywhere; }
    code { font: 600 0.95em ui-monospace, monospace; }
    button { font: inherit; color: inherit; background: none; border: 1px solid; border-radius: 4px;
      padding: 0.125rem 0.75rem; cursor: pointer; }
    button:focus-visible { outline: 3px solid #fff; outline-offset: 2px; }`;

  const host = document.createElement("div");
  host.id = "archive-serve";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  document.body.append(host);
  // Assistive technology announces changes only of an element that was there before.
  const live = element("div", { role: "status" });
  root.append(live);

  function element(name, attributes, ...content) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }

  function show(diagnostics) {
    const key = JSON.stringify(diagnostics);
    live.replaceChildren();
    if (!diagnostics.length || sessionStorage.getItem(DISMISSED) === key) return;
    const dismiss = element("button", { type: "button" }, "Dismiss");
    dismiss.addEventListener("click", () => {
      sessionStorage.setItem(DISMISSED, key);
      live.replaceChildren();
    });
    const heading = diagnostics.length === 1 ? "1 problem" : `${diagnostics.length} problems`;
    const items = diagnostics.map(({ place, text }) =>
      element("li", {}, element("code", {}, place), place ? " " : "", text));
    live.append(element("section", { "aria-label": "Problems in the archive’s sources" },
      element("header", {}, element("h2", {}, `${heading} in the sources`), dismiss),
      element("ul", {}, ...items)));
  }

  // A notice says that something was written; the digest shows whether this page was.
  async function renew() {
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
    if (answer.headers.get("X-Page") !== shown) location.reload();
  }

  // A browser allows six connections to a server, so only visible pages keep one.
  let source = null;
  function follow() {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      source = new EventSource("/_serve/events");
      source.addEventListener("message", (event) => {
        show(JSON.parse(event.data).diagnostics);
        renew().catch(() => {}); // the server restarts and sends a notice when it is back
      });
    }
  }
  document.addEventListener("visibilitychange", follow);
  follow();
})();
