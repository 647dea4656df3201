// The page with the versions of one text: the address says which are shown, so that it can be shared.
// Without script the boxes choose alike.
"use strict";

{ // scripts of a page share their names otherwise
  const boxes = [...document.querySelectorAll(".version-choice input")];
  const given = new URLSearchParams(location.search).get("in")?.split(",");
  const usual = boxes.filter((box) => box.defaultChecked);
  const asked = boxes.filter((box) => given?.includes(box.value));
  // One version alone is shown beside the first ones.
  const shown = asked.length === 1 ? [...new Set([...asked, boxes[0], ...usual])].slice(0, 3) : asked;
  if (shown.length) for (const box of boxes) box.checked = shown.includes(box);

  for (const box of boxes) {
    box.addEventListener("change", () => {
      const address = new URL(location.href);
      address.searchParams.set("in", boxes.filter((each) => each.checked).map((each) => each.value).join(","));
      address.hash = "";
      try { history.replaceState(null, "", address); } catch { /* a page opened from a file may not */ }
    });
  }

  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  target?.scrollIntoView();
}
