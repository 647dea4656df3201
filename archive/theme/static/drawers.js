// While a drawer is open, the keyboard goes from its switch into it and nowhere behind it; Escape
// closes it, and so does a link to a place of the page.  Without script the drawers open, too.
"use strict";

{ // scripts of a page share their names otherwise
  const drawers = new Map([["__navigation", ".sidebar-drawer"], ["__toc", ".toc-drawer"]].map(
    ([id, drawer]) => [document.getElementById(id), document.querySelector(drawer)],
  ).filter(([control, drawer]) => control && drawer));
  const parts = [
    ...document.querySelectorAll(".skip-to-content, .header-center, .header-right, .content"),
    ...drawers.keys(), ...drawers.values(),
  ];

  // A window that was made wider has no drawers, whatever their switches say.
  const opened = () => [...drawers.keys()].find((each) => each.checked && each.getClientRects().length);

  function settle() {
    const open = opened();
    for (const part of parts) part.inert = Boolean(open) && part !== open && part !== drawers.get(open);
  }

  function close(control) {
    control.checked = false;
    settle();
  }

  for (const [control, drawer] of drawers) {
    control.addEventListener("change", settle);
    drawer.addEventListener("click", (event) => {
      if (control.checked && event.target.closest("a[href^='#']")) close(control);
    });
  }
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && opened();
    if (!open) return;
    close(open);
    open.focus();
  });
  addEventListener("resize", settle);
  addEventListener("pageshow", settle); // a browser that goes back keeps what was switched
}
