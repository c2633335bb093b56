/**
 * The one way out. The world needs `import bellpull:provider/fetch@0.1.0;`, and who serves the component
 * must grant it: `--grant NAME=fetch:HOST`.
 */

import * as host from 'bellpull:provider/fetch@0.1.0';

import { payloadOf } from './payload.js';
import * as refusal from './refusal.js';

/**
 * The body of one GET by https, at most 64 KiB, from a host that the description lists. Throws
 * `unavailable` when it could not be had.
 * @param {string} url
 */
export function get(url) {
  try {
    return host.get(url);
  } catch (error) {
    throw refusal.unavailable(payloadOf(error));
  }
}
