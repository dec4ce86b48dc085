// The page for a time without network. Where the phone shows it in place of
// another (worker/keep.js), it reads the statement behind the # of the address;
// at its own address it reads what is pasted or scanned. All words stand in
// templates of the page, with {places} to be filled in.
"use strict";

const own = location.pathname === "/verify/offline";
const away = !own || !navigator.onLine;
const lang = document.documentElement.lang === "en" ? "en" : "zh";
const beijing = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : "zh-CN", { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Shanghai" });
const site = document.title;
const byID = (id) => document.getElementById(id);

// keptTrust is the copy of the register's trust file with the instant it was
// fetched at, or nothing where none is kept.
async function keptTrust() {
  try {
    const copy = await caches.match("/.well-known/certreg.json");
    return copy && { ...(await copy.json()), copied: beijing.format(Date.parse(copy.headers.get("date"))) };
  } catch {
    return undefined; // this browser keeps nothing for pages
  }
}

// filled is a template with its places filled in.
function filled(id, values) {
  const content = byID(id).content.cloneNode(true);
  const texts = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/\{(\w+)\}/g, (_, place) => values[place]);
  for (const e of content.querySelectorAll(".when-away")) e.hidden = !away;
  return content;
}

// answer shows one of the answers, and the heading that it begins with.
function answer(name, values) {
  byID("intro").hidden = true;
  byID("shown").replaceChildren(filled("answer-" + name, values));
  if (values.standing) {
    byID("shown").append(filled("facts", { ...values, state: byID("answer-" + values.standing).dataset.word }));
  }
  document.title = byID("answer").textContent + " · " + site;
}

// check opens the text of a QR code, which may rest on the register's public
// address, and shows what that gives.
async function check(textOf) {
  const trust = await keptTrust();
  if (!trust) return answer("unprepared", {});
  const told = { host: new URL(trust.base).host, copied: trust.copied };
  const text = textOf(trust.base);
  let qr;
  try {
    qr = await openQR(text, trust);
  } catch {
    return answer("unsupported", told);
  }
  const { verdict, standing } = qr;
  const name = verdict === "authentic" ? standing : qr.unknownKey ? "unknown-key" : verdict;
  answer(name, { ...told, ...qr, asOf: standing && beijing.format(qr.asOf) });
  if (standing) byID("again").href = new URL(qr.link).pathname + text.slice(text.indexOf("#"));
}

// checkRead does the same for a text that was typed, pasted or scanned.
async function checkRead(text) {
  byID("again").href = "/verify";
  await check(() => text.replace(/\s/g, ""));
  byID("again-line").hidden = away && !own;
  byID("answer").focus();
}

// The language changes without losing what stands behind the #.
for (const e of document.querySelectorAll("a.tongue")) {
  const other = new URL(location.href);
  other.searchParams.set("lang", lang === "en" ? "zh" : "en");
  e.href = other.pathname + other.search + other.hash;
}

// So does the way to the content.
document.querySelector("a.skip").addEventListener("click", (event) => {
  event.preventDefault();
  byID("main").focus();
});

byID("away").hidden = !away;
byID("retry").addEventListener("click", () => location.reload());
window.addEventListener("online", () => {
  if (own) byID("away").hidden = true;
  else location.reload();
});

byID("paste").hidden = false;
byID("paste").addEventListener("submit", (event) => {
  event.preventDefault();
  checkRead(byID("text").value);
});

if (location.pathname.startsWith("/v/")) {
  // The link that is signed has no query: what was added to it, as the language
  // is, is left out.
  if (location.hash.length < 2) answer("nothing", {});
  else check((base) => base + location.pathname + location.hash);
  window.addEventListener("hashchange", () => location.reload()); // another code, the same link
} else if (own) {
  (async () => {
    if (!away) await navigator.serviceWorker?.ready;
    const trust = await keptTrust();
    if (trust) byID("ready").replaceChildren(filled("prepared", trust));
  })();
}
