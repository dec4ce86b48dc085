// Reads a QR code with the camera or from a picture, where the browser can: see
// offline.js. Nothing is asked of the camera before its button is pressed, and
// no picture leaves the device.
"use strict";

const view = document.getElementById("view");
const camera = document.getElementById("camera");
let stream = null;

// say tells how scanning went, in the words that the page has for it.
function say(what) {
  const status = document.getElementById("scan-status");
  status.textContent = what ? status.dataset[what] : "";
}

function stopCamera() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  view.hidden = true;
  camera.textContent = camera.dataset.start;
}

async function watch(detector) {
  say("");
  camera.disabled = true; // until the reader has said whether it may be used
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    say("refused");
    return;
  } finally {
    camera.disabled = false;
  }
  view.srcObject = stream;
  view.hidden = false;
  camera.textContent = camera.dataset.stop;
  await view.play();
  while (stream) {
    const [code] = await detector.detect(view).catch(() => []);
    if (code) {
      stopCamera();
      await checkRead(code.rawValue);
    } else {
      await new Promise((next) => setTimeout(next, 200));
    }
  }
}

async function look(detector, file) {
  say("");
  const [code] = await detector.detect(await createImageBitmap(file)).catch(() => []);
  if (code) await checkRead(code.rawValue);
  else say("none");
}

(async () => {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats()) ?? [];
  if (!formats.includes("qr_code")) return;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  document.getElementById("scan").hidden = false;
  camera.addEventListener("click", () => (stream ? stopCamera() : watch(detector)));
  document.getElementById("picture").addEventListener("change", (event) => {
    if (event.target.files[0]) look(detector, event.target.files[0]);
  });
  window.addEventListener("pagehide", stopCamera);
})();
