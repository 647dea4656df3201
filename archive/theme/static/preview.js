// Shows what a link leads to, while it is pointed at or has the focus (WCAG 2.2, 1.4.13): Escape
// puts it away, the pointer may move into it, and it stays as long as either is there.  What is
// shown stands in this page or is fetched from the archive's own page; a page opened from a file
// may fetch nothing and then shows what it holds itself.  Nothing here is needed to read or cite.
"use strict";

{ // scripts of a page share their names otherwise
  const LINKS = "article a[href*='#']:not(.headerlink, .passage-label, .to-cite)";
  const OPENING = 250; // milliseconds: a pointer on its way is not a question
  const CLOSING = 200; // milliseconds: time to reach the preview
  const LONGEST = 700; // characters

  const here = location.href.split("#")[0];
  const pages = new Map([[here, Promise.resolve(document)]]);

  const preview = document.createElement("div");
  preview.id = "preview";
  preview.className = "preview";
  preview.setAttribute("role", "tooltip");
  preview.hidden = true;
  document.querySelector("article").append(preview);

  let shown = null; // the link that is previewed
  let waiting = 0;

  function page(address) {
    if (!pages.has(address)) {
      if (location.protocol === "file:") throw new Error("a page opened from a file fetches nothing");
      const fetched = fetch(address).then(async (answer) => {
        if (!answer.ok) throw new Error(`${answer.status}`);
        return new DOMParser().parseFromString(await answer.text(), "text/html");
      });
      fetched.catch(() => pages.delete(address));
      pages.set(address, fetched);
    }
    return pages.get(address);
  }

  function plain(element) {
    const copy = element.cloneNode(true);
    for (const extra of copy.querySelectorAll(
      ".passage-label, .passage-panel, .to-cite, .headerlink, .backlinks, .taken-up, .source-paragraph, .archived-copy, button",
    )) extra.remove();
    const words = copy.textContent.replace(/\s+/g, " ").replace(/ \(\)/g, "").trim();
    return words.length > LONGEST ? `${words.slice(0, LONGEST).replace(/\s+\S*$/, "")} …` : words;
  }

  // A heading and the words of what has the id, in the form that its kind has on its page.
  function told(target) {
    const within = ":is(:scope, :scope > p)";
    const label = target.querySelector(`${within} > .passage-label, ${within} > .passage-name > .passage-label`);
    if (label) {
      const title = target.querySelector(":scope > .admonition-title");
      const name = label.dataset.name ?? label.title.replace(/^Permalink to /, "");
      const words = plain(target);
      return [name, title ? words.replace(plain(title), `${plain(title)}. `) : words];
    }
    if (target.matches("dt")) {
      const meaning = target.parentElement.querySelector(`#${CSS.escape(target.id)} ~ dd`);
      return [plain(target), meaning ? plain(meaning) : ""];
    }
    if (target.matches(".citation")) {
      const name = target.querySelector(".label");
      return [name ? plain(name).replace(/^\[|\]$/g, "") : "", plain(target.querySelector("p") ?? target)];
    }
    const heading = target.querySelector("h1, h2, h3");
    const opening = target.querySelector(".passage > *, p");
    return heading && opening ? [plain(heading), plain(opening)] : ["", ""];
  }

  // A reference stands at the end of the document that cites it, too.
  function listed(link) {
    for (const other of document.querySelectorAll(".reference-list strong a")) {
      if (other !== link && other.href === link.href) {
        return [plain(other), plain(other.closest("p")).replace(plain(other), "").trim()];
      }
    }
    return null;
  }

  async function found(link) {
    const [address, id] = link.href.split("#");
    const own = listed(link);
    if (own) return [...own, "en"];
    const there = await page(address);
    const target = there.getElementById(decodeURIComponent(id));
    return target ? [...told(target), target.closest("[lang]")?.lang] : ["", ""];
  }

  function place(link) {
    const line = link.getClientRects()[0];
    const width = preview.offsetWidth;
    const room = document.documentElement.clientWidth;
    const below = line.bottom + 6 + preview.offsetHeight <= innerHeight || line.top < preview.offsetHeight;
    const top = below ? line.bottom + 6 : line.top - preview.offsetHeight - 6;
    const ground = (preview.offsetParent ?? document.body).getBoundingClientRect();
    preview.style.left = `${Math.max(8, Math.min(line.left, room - width - 8)) - ground.left}px`;
    preview.style.top = `${top - ground.top}px`;
  }

  async function open(link) {
    let heading, words, language;
    try {
      [heading, words, language] = await found(link);
    } catch {
      return; // the link itself still leads there
    }
    if (!words || shown !== link || !link.isConnected) return;
    const strong = document.createElement("strong");
    const span = document.createElement("span");
    strong.textContent = heading;
    span.textContent = words;
    preview.lang = language ?? "";
    preview.replaceChildren(strong, span);
    preview.hidden = false;
    place(link);
    link.setAttribute("aria-describedby", preview.id);
  }

  function close() {
    clearTimeout(waiting);
    shown?.removeAttribute("aria-describedby");
    shown = null;
    preview.hidden = true;
  }

  function soon(link, delay) {
    clearTimeout(waiting);
    if (link === shown) return;
    waiting = setTimeout(() => { close(); shown = link; open(link); }, delay);
  }

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (document.activeElement !== shown) close(); }, CLOSING);
  }

  const linkOf = (event) => event.target instanceof Element ? event.target.closest(LINKS) : null;
  const inside = (link) => link.protocol === location.protocol && link.host === location.host;

  document.addEventListener("pointerover", (event) => {
    const link = linkOf(event);
    if (link && event.pointerType === "mouse" && inside(link)) soon(link, OPENING);
    else if (preview.contains(event.target)) clearTimeout(waiting);
  });
  document.addEventListener("pointerout", (event) => {
    if (linkOf(event) || preview.contains(event.target)) later();
  });
  document.addEventListener("focusin", (event) => {
    const link = linkOf(event);
    if (link && link.matches(":focus-visible") && inside(link)) soon(link, 0);
    else if (shown) close();
  });
  document.addEventListener("focusout", (event) => { if (event.target === shown) later(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.addEventListener("click", (event) => { if (linkOf(event)) close(); });
}
