// On the page for addresses that do not exist: look whether the address holds an anchor or the id of
// a document, and lead there if there is such a page.
"use strict";

{ // scripts of a page share their names otherwise
  const root = new URL(document.currentScript.dataset.root, location.href);
  const named = decodeURIComponent(location.hash.slice(1) || location.pathname.split("/").filter(Boolean).pop() || "")
    .toLowerCase().replace(/\.(html?|pdf|md|json|bib|ris)$/, "");
  const anchor = /^([a-z0-9]+(?:-[a-z0-9]+)*)-([a-z]\d+)$/.exec(named);
  const id = anchor ? anchor[1] : named;

  if (/^[a-z0-9]+(-[a-z0-9]+)+$/.test(id)) {
    const page = new URL(`documents/${id}.html`, root);
    fetch(page, { method: "HEAD" }).then((answer) => {
      if (!answer.ok || page.pathname === location.pathname) return;
      const offer = document.querySelector(".probably");
      const link = offer.querySelector("a");
      link.href = anchor ? `${page}#${named}` : page;
      link.textContent = anchor ? named : `documents/${id}.html`;
      offer.hidden = false;
    }).catch(() => {});
  }
}
