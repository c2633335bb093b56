/**
 * Tokens of issuers. The world needs `import bellpull:provider/jwt@0.1.0;`, and who serves the component
 * must grant it: `--grant NAME=jwt`.
 *
 * Bind by `binding.token(issuers, sources.bearer('authorization'))`.
 */

import { verify } from 'bellpull:provider/jwt@0.1.0';

import { payloadOf } from './payload.js';

/**
 * The claims of the token that the delivery presents, once its signature, issuer, audience and times are
 * right; `Selection.of` asks them. Throws `unauthenticated`, and `unavailable` when the issuer's keys
 * could not be had: the host's failures have the form of refusals.
 * @param {string[]} issuers of those that the binding lists
 * @param {string[]} audiences
 */
export function claims(issuers, audiences) {
  try {
    return verify({ issuers, audiences });
  } catch (error) {
    throw payloadOf(error);
  }
}
