/** Answers to handshakes, and the MACs in them that the host computes. */

import { encode } from './utf8.js';

/**
 * @typedef {import('./types.js').Part} Part
 * @typedef {import('./types.js').ReplyPart} ReplyPart
 */

/**
 * An answer of 200 with this media type. Its body is the concatenation of the parts.
 * @param {string} contentType
 * @param {ReplyPart[]} body
 * @returns {import('./types.js').Response}
 */
export function response(contentType, body) {
  return { status: 200, headers: [['content-type', contentType]], body, extensions: [] };
}

/**
 * A text of the component's own.
 * @param {string} text
 * @returns {ReplyPart}
 */
export const text = (text) => ({ tag: 'bytes', val: encode(text) });

/**
 * The HMAC of a message under the current value of `key`, in hexadecimal. Before the bound checks have
 * succeeded the message must be one piece of the delivery.
 * @param {string} key
 * @param {string} algorithm
 * @param {Part[]} message
 */
export const hex = (key, algorithm, message) => mac('hex', key, algorithm, message);

/**
 * As `hex`, in base64.
 * @param {string} key
 * @param {string} algorithm
 * @param {Part[]} message
 */
export const base64 = (key, algorithm, message) => mac('base64', key, algorithm, message);

/**
 * @param {string} encoding
 * @param {string} key
 * @param {string} algorithm
 * @param {Part[]} message
 * @returns {ReplyPart}
 */
function mac(encoding, key, algorithm, message) {
  return { tag: 'mac', val: { key, algorithm, encoding, message } };
}
