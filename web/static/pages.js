// What the check can do better with JavaScript. Nothing depends on it, except
// that answers behind the # of a link can be read nowhere but in the browser.
"use strict";

// A link to a result carries the answers behind its #: send them to be shown.
const restore = document.getElementById("restore");
if (restore && location.hash.startsWith("#r=")) {
  try {
    const text = location.hash.slice(3).replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    restore.elements.state.value = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    restore.submit();
  } catch {
    // A damaged link begins the check anew.
  }
}

// Readers are taken to what is to be corrected.
document.getElementById("errors")?.focus();

const link = document.getElementById("link");
const copy = document.getElementById("copy");
if (link && copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(link.href);
    copy.textContent = copy.dataset.done;
  });
}

const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
