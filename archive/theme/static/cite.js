// Copy buttons, and links to the words a reader selects.  Nothing here is needed to read or cite.

const status = document.createElement("p");
status.className = "copy-status";
status.setAttribute("role", "status");
document.body.append(status);

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure context (a page opened from a file) there is only the old way.
    const field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("readonly", "");
    field.className = "copy-field";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("copying is not possible here");
  }
}

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const what = button.getAttribute("aria-label").replace(/^Copy /, "");
    try {
      await copy(button.dataset.copy ?? button.previousElementSibling.textContent);
      button.textContent = "Copied";
      status.textContent = `Copied: ${what}`;
    } catch {
      status.textContent = `Could not copy: ${what}`;
    }
    button.focus();
  });
  button.addEventListener("blur", () => { button.textContent = "Copy"; });
}

// Text fragments: percent-encode what has a meaning in them, the hyphen included.
function encode(words) {
  return encodeURIComponent(words).replaceAll("-", "%2D");
}

document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const words = selection.toString().replace(/\s+/g, " ").trim();
  const node = selection.anchorNode;
  const start = node && (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
  const passage = start && start.closest(".passage");
  if (!words || !passage || start.closest(".passage-panel")) return;
  if (!passage.contains(selection.focusNode)) return;
  const row = passage.querySelector(".quote-link");
  if (!row) return;
  const link = row.querySelector("a");
  link.href = `${link.href.split(":~:")[0].replace(/#$/, "")}:~:text=${encode(words)}`;
  link.textContent = `“${words}”`;
  row.querySelector("button").dataset.copy = link.href;
  row.hidden = false;
});

// Signatories unfold for whoever follows a link to one, and for print, also where the browser does
// not do so by itself.
const folded = document.querySelectorAll("details.signatories:not([open])");

function unfoldTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const group = target && target.closest("details.signatories");
  if (!group || group.open) return;
  group.open = true;
  target.scrollIntoView();
}

if (folded.length) {
  unfoldTarget();
  addEventListener("hashchange", unfoldTarget);
  addEventListener("beforeprint", () => { for (const group of folded) group.open = true; });
}
