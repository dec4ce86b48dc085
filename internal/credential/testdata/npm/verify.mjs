// Reads {documents, cases: [{name, credential}]} and prints, for each case and
// verifier, whether the credential was accepted and, if not, why.
import {text} from 'node:stream/consumers';
import {verifiers} from './suites.mjs';

// accepted: the proofs hold and no status is set. @digitalbazaar/vc tells the
// statuses apart from the verification, @digitalcredentials/vc joins them.
function accepted(result) {
  const set = (result.statusResult?.results ?? []).some(({status}) => status);
  return result.verified === true && !set;
}

function reason(result) {
  const errors = [result.error, ...(result.error?.errors ?? []), result.statusResult?.error].filter(Boolean);
  return errors.map(e => e.cause ? `${e.message} (${e.cause.message})` : e.message).join('; ') ||
    (result.statusResult ? 'status is set' : 'refused');
}

const {documents, cases} = JSON.parse(await text(process.stdin));
const answers = [];
for(const {name, credential} of cases) {
  for(const [verifier, verify] of Object.entries(verifiers(documents))) {
    // the libraries add to what they are given
    const result = await verify(structuredClone(credential)).catch(error => ({verified: false, error}));
    answers.push({name, verifier, accepted: accepted(result), reason: accepted(result) ? '' : reason(result)});
  }
}
console.log(JSON.stringify(answers));
