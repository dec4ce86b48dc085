// Reads {documents, credential, n} and prints how many nanoseconds of
// CPU the reference library takes to sign, and to verify, that credential.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {text} from 'node:stream/consumers';
import {bazaarLoader, dbRdfc, dbVc, DbProof, verifiers} from './suites.mjs';

const {documents, credential, n} = JSON.parse(await text(process.stdin));
const {proof, ...unsigned} = credential;
const key = await Ed25519Multikey.generate({controller: credential.issuer.id});
const documentLoader = bazaarLoader(documents);
const verify = verifiers(documents)['@digitalbazaar/vc eddsa-rdfc-2022'];

async function measure(action) {
  for(let i = 0; i < 20; i++) {
    await action();
  }
  const start = process.cpuUsage();
  for(let i = 0; i < n; i++) {
    await action();
  }
  const {user, system} = process.cpuUsage(start);
  return (user + system) * 1000 / n;
}

const sign = await measure(() => dbVc.issue({
  credential: structuredClone(unsigned), documentLoader,
  suite: new DbProof({signer: key.signer(), cryptosuite: dbRdfc}),
}));
const check = await measure(async () => {
  const result = await verify(structuredClone(credential));
  if(!result.verified) {
    throw result.error;
  }
});
console.log(JSON.stringify({sign, verify: check}));
