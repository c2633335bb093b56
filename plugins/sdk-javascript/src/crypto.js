/**
 * Signatures by public keys. The world needs `import bellpull:provider/crypto@0.1.0;`.
 *
 * Bind by `binding.of('signature', [])`: the check that covers the body is the proof.
 */

import { verifySignature } from 'bellpull:provider/crypto@0.1.0';

import { payloadOf } from './payload.js';
import * as refusal from './refusal.js';
import { encode } from './utf8.js';

/** @typedef {import('./types.js').PublicKey} PublicKey */

/**
 * SubjectPublicKeyInfo as PEM (RFC 7468, section 13).
 * @param {string} text
 * @returns {PublicKey}
 */
export const pem = (text) => ({ kind: 'pem', key: encode(text) });

/**
 * An X.509 certificate, DER or PEM.
 * @param {Uint8Array} key
 * @returns {PublicKey}
 */
export const certificate = (key) => ({ kind: 'certificate', key });

/**
 * The 32 bytes of an Ed25519 key.
 * @param {Uint8Array} key
 * @returns {PublicKey}
 */
export const ed25519 = (key) => ({ kind: 'ed25519', key });

/**
 * The public key in PEM that stands under this key in the Receiver's Secret.
 * @param {string} key
 * @returns {PublicKey}
 */
export const credential = (key) => ({ kind: 'credential', key: encode(key) });

/**
 * Throws `unauthenticated` unless this is a signature of the message, and `unavailable` when the key is
 * none. Asks the host.
 * @param {PublicKey} key
 * @param {string} algorithm `rsa-pkcs1-sha1`, `rsa-pkcs1-sha256`, `ecdsa-p256-sha256` or `ed25519`
 * @param {import('./types.js').Part[]} message
 * @param {Uint8Array} signature
 */
export function check(key, algorithm, message, signature) {
  let right;
  try {
    right = verifySignature(key, algorithm, message, signature);
  } catch (error) {
    throw refusal.unavailable(payloadOf(error));
  }
  if (!right) {
    throw refusal.unauthenticated('the signature does not match under the public key');
  }
}
