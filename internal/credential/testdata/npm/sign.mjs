// Prints credentials that the reference library signs under a key of its own,
// by name: with one proof, with a set of two, before and after their time; and
// presentations of them.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {createSignCryptosuite as dbJcs} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {bazaarLoader, dbRdfc, dbVc, DbProof} from './suites.mjs';

const key = await Ed25519Multikey.generate();
const issuer = `did:key:${key.publicKeyMultibase}`;
const signer = {...key.signer(), id: `${issuer}#${key.publicKeyMultibase}`};
const documentLoader = bazaarLoader({});

// issue adds one proof of each cryptosuite to what a set shares.
async function issue(members, ...cryptosuites) {
  let signed = {
    '@context': ['https://www.w3.org/ns/credentials/v2', {'@vocab': 'https://a.example/#'}],
    type: ['VerifiableCredential'], issuer, validFrom: '2020-01-01T00:00:00Z',
    credentialSubject: {id: 'did:example:holder', 级别: '三级', score: 86.5, passed: true}, ...members,
  };
  const proofs = [];
  for(const cryptosuite of cryptosuites) {
    const suite = new DbProof({signer, cryptosuite});
    const one = await dbVc.issue({credential: structuredClone(signed), suite, documentLoader});
    proofs.push(one.proof);
  }
  signed.proof = proofs.length === 1 ? proofs[0] : proofs;
  return signed;
}

// present signs a presentation by the key that issues.
async function present(cryptosuite, holder, ...verifiableCredential) {
  const presentation = dbVc.createPresentation({verifiableCredential, holder});
  const suite = new DbProof({signer, cryptosuite});
  return dbVc.signPresentation({presentation, suite, documentLoader, challenge: 'a challenge', domain: 'a.example'});
}

const [one, two] = [await issue({}, dbRdfc), await issue({name: 'another'}, dbRdfc, dbJcs())];
console.log(JSON.stringify({
  'presentation rdfc': await present(dbRdfc, issuer, one),
  'presentation jcs': await present(dbJcs(), issuer, one),
  'presentation of two': await present(dbRdfc, issuer, one, two),
  'presentation by nobody': await present(dbRdfc, undefined, one),
  rdfc: await issue({}, dbRdfc),
  jcs: await issue({}, dbJcs()),
  set: await issue({}, dbRdfc, dbJcs()),
  'other set': await issue({name: 'another'}, dbRdfc, dbJcs()),
  'in future': await issue({validFrom: '9999-01-01T00:00:00Z'}, dbRdfc),
  expired: await issue({validUntil: '2020-01-02T00:00:00Z'}, dbRdfc, dbJcs()),
}));
