// What a phone does when the register cannot be reached: it answers the address
// of a QR code, and the page to verify at, with one page kept from before. That
// page reads nothing but the signed statement in the address. Whatever the
// register answers itself comes first, and look-ups are never kept.
//
// The register writes the constant "kept" before this text: the name of the
// cache, which changes with every content, the kept page by language, and the
// files that it loads.
"use strict";

const trust = "/.well-known/certreg.json";
const fallsBack = /^\/v\/.|^\/verify(\/offline)?$/;
const patience = 20000; // milliseconds until no answer is taken for no network

// A new version takes over at once: a page that is shown has loaded all it needs.
self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (fallsBack.test(pathname)) event.respondWith(ask(event, searchParams.get("lang")));
  } else if (kept.files.includes(pathname)) {
    event.respondWith(file(request)); // its address names its content
  }
});

// keep fetches everything anew, or fails and leaves the version before in place.
async function keep() {
  const cache = await caches.open(kept.cache);
  const addresses = [...Object.values(kept.pages), ...kept.files];
  await cache.addAll(addresses.map((a) => new Request(a, { cache: "reload", credentials: "omit" })));
  await renew();
}

async function forgetOthers() {
  for (const name of await caches.keys()) {
    if (name !== kept.cache) await caches.delete(name);
  }
}

// renew copies the register's keys. Anything but its trust file leaves the copy as it is.
async function renew() {
  const answer = await fetch(trust, { cache: "no-cache", credentials: "omit" });
  const { format } = await answer.clone().json();
  if (!answer.ok || format !== "certreg.trust/1") throw new Error("no trust file");
  await (await caches.open(kept.cache)).put(trust, answer);
}

// ask has the register answer. It is the kept page's turn only without an answer.
async function ask(event, lang) {
  try {
    const answer = await Promise.race([fetch(event.request), impatience()]);
    event.waitUntil(renew().catch(() => {})); // the copy from before stays
    return answer;
  } catch {
    return (await find(kept.pages[tongue(lang)])) || Response.error();
  }
}

function impatience() {
  return new Promise((_, reject) => setTimeout(reject, patience));
}

// tongue is the language asked for, else the first of the phone's that there is.
function tongue(lang) {
  const tags = [lang || "", ...navigator.languages].map((tag) => tag.slice(0, 2));
  return tags.find((tag) => tag === "zh" || tag === "en") || "zh";
}

async function file(request) {
  return (await find(request.url)) || fetch(request);
}

function find(address) {
  return caches.match(address, { cacheName: kept.cache, ignoreVary: true });
}
