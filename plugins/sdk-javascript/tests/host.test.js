import assert from 'node:assert/strict';
import { register } from 'node:module';
import { test } from 'node:test';

import { refused } from './refused.js';

// The host of these tests answers with what `globalThis.answer` gives or throws.
register(new URL('./answering.js', import.meta.url));
const crypto = await import('../src/crypto.js');
const fetch = await import('../src/fetch.js');
const jwt = await import('../src/jwt.js');

function answering(answer, ask) {
  globalThis.answer = answer;
  return ask();
}

/** As componentize-qjs throws what the host gives as an error. */
function fails(payload) {
  return () => {
    throw Object.assign(new Error(), { payload });
  };
}

test('a fault is no refusal', () => {
  const fault = new TypeError('a fault');
  const broken = () => {
    throw fault;
  };
  for (const ask of [() => fetch.get(''), () => jwt.claims([], [])]) {
    assert.throws(() => answering(broken, ask), fault);
  }
});

test('a signature is right or refused', () => {
  const check = () => crypto.check(crypto.pem('key'), 'ed25519', [], new Uint8Array(64));
  answering(() => true, check);
  const wrong = 'the signature does not match under the public key';
  refused(() => answering(() => false, check), 'unauthenticated', wrong);
  refused(() => answering(fails('no key'), check), 'unavailable', 'no key');
});

test('a failure of a token is a refusal', () => {
  const claims = () => jwt.claims(['https://issuer.example.com'], ['audience']);
  assert.equal(answering(({ issuers }) => issuers[0], claims), 'https://issuer.example.com');
  for (const tag of ['unauthenticated', 'unavailable']) {
    refused(() => answering(fails({ tag, val: 'why' }), claims), tag, 'why');
  }
});

test('what cannot be had is unavailable', () => {
  const get = () => fetch.get('https://example.com/key');
  assert.equal(answering((url) => url, get), 'https://example.com/key');
  refused(() => answering(fails('no route'), get), 'unavailable', 'no route');
});
