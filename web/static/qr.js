// Opens the text of a certificate's QR code without the register, as
// internal/credential/qr.go does; a test holds the two together.
"use strict";

const standings = ["", "valid", "suspended", "withdrawn", "cancelled", "void", "superseded"];
const hintAt = 7; // after format, standing, version and instant
const numberAt = 11;
const longestNumber = 64;
const signatureSize = 64;

// openQR tells the verdict on a text by the register's trust file: authentic,
// doubtful, altered or foreign, as package proof has them; with the first two
// what is stated, and the key. It rejects where the browser has no Ed25519.
async function openQR(text, trust) {
  const hash = (text + "#").indexOf("#");
  const link = text.slice(0, hash);
  if (!link.startsWith(trust.base + "/")) return { verdict: "foreign" };
  const raw = decodeBase64(text.slice(hash + 1));
  const length = raw.length - numberAt - signatureSize;
  if (length < 1 || length > longestNumber) return { verdict: "altered" };
  const statement = raw.subarray(0, -signatureSize);
  const stated = readStatement(statement);
  if (!stated) return { verdict: "altered" };
  const message = new Uint8Array([...new TextEncoder().encode(`certreg/qr/1\n${link}\n`), ...statement]);
  let refused = { verdict: "foreign", unknownKey: true };
  for (const key of trust.keys) {
    const bytes = keyBytes(key.id);
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    if (statement.subarray(hintAt, numberAt).some((b, i) => b !== sum[i])) continue;
    refused = { verdict: "altered" };
    const made = await crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);
    if (!(await crypto.subtle.verify("Ed25519", made, raw.subarray(-signatureSize), message))) continue;
    if (counts(key, stated.asOf)) return { verdict: key.compromisedAt ? "doubtful" : "authentic", link, key: key.id, ...stated };
  }
  return refused;
}

// readStatement reads what is signed, or nothing if it has no such form.
function readStatement(statement) {
  const [format, code, version] = statement;
  const asOf = new DataView(statement.buffer, statement.byteOffset).getUint32(3) * 1000;
  let number;
  try {
    number = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(statement.subarray(numberAt));
  } catch {
    return null;
  }
  if (format !== 1 || !standings[code] || version === 0 || /[\p{Cc}\u2028\u2029\ufffd]/u.test(number)) return null;
  return { number, version, standing: standings[code], asOf };
}

// counts says whether a signature of a key made at an instant counts, as
// signing.Key.Accepts does.
function counts(key, at) {
  const from = Date.parse(key.notBefore);
  const until = key.notAfter ? Date.parse(key.notAfter) : Infinity;
  const lost = key.compromisedAt ? Date.parse(key.compromisedAt) : Infinity;
  return from <= at && at < until && at < lost;
}

// decodeBase64 decodes base64url without padding; what is not exactly that has no bytes.
function decodeBase64(text) {
  const plain = text.replace(/[^\w-]/g, "?").replace(/-/g, "+").replace(/_/g, "/");
  try {
    const binary = atob(plain);
    if (btoa(binary).replace(/=/g, "") === plain) return Uint8Array.from(binary, (c) => c.charCodeAt(0));
  } catch {
    // Not base64 at all.
  }
  return new Uint8Array();
}

// keyBytes is the public key that a Multikey identifier spells: base58 of two
// bytes that say Ed25519, and the key.
function keyBytes(id) {
  const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  let value = 0n;
  for (const c of id.slice(1)) value = value * 58n + BigInt(alphabet.indexOf(c));
  return Uint8Array.from(value.toString(16).match(/../g).slice(2), (b) => parseInt(b, 16));
}
