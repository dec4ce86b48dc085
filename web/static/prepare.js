// Prepares this browser for a time without network: see worker/keep.js. Nothing
// depends on it. The scope begins /v/, /verify and no other page.
"use strict";

if (navigator.serviceWorker) {
  const address = "/worker.js";
  const policy = globalThis.trustedTypes?.createPolicy("worker", { createScriptURL: () => address });
  navigator.serviceWorker
    .register(policy ? policy.createScriptURL("") : address, { scope: "/v", updateViaCache: "none" })
    .catch(() => {}); // without it there is the browser's own page for no network
}
