/** Header values. A repeated header is refused, because readers differ in which value they take. */

import { header } from 'bellpull:provider/delivery@0.1.0';

import * as refusal from './refusal.js';
import { decode } from './utf8.js';

/**
 * All values of a header of this delivery, in order.
 * @param {string} name
 * @returns {Uint8Array[]}
 */
export function values(name) {
  return header(name);
}

/**
 * The text of a header of this delivery; throws as `single`.
 * @param {string} name
 */
export function text(name) {
  return single(name, values(name));
}

/**
 * The text of a header that the sender always sends. Throws `malformed` when it is absent, empty,
 * repeated or not UTF-8.
 * @param {string} name
 */
export function required(name) {
  const found = text(name);
  if (!found) {
    throw refusal.malformed(`header ${name} is missing or empty`);
  }
  return found;
}

/**
 * The text of a header that decides nothing, such as the id of a delivery. Undefined if it is absent,
 * empty, repeated or not UTF-8.
 * @param {string} name
 */
export function informative(name) {
  return alone(values(name));
}

/**
 * The one value among the values of a header that carries a proof. Throws `unauthenticated` when it is
 * missing, empty, repeated or not UTF-8.
 * @param {string} name
 * @param {Uint8Array[]} values
 */
export function proof(name, values) {
  const found = alone(values);
  if (found === undefined) {
    throw refusal.unauthenticated(`${name} is missing, empty, repeated or not UTF-8`);
  }
  return found;
}

/**
 * The one value among the values of the header `name`, or undefined if there is none. Throws
 * `malformed` when there is a second value, even an equal one, and when the value is not UTF-8.
 * @param {string} name
 * @param {Uint8Array[]} values
 */
export function single(name, values) {
  if (values.length === 0) {
    return undefined;
  }
  if (values.length > 1) {
    throw refusal.malformed(`header ${name} is repeated`);
  }
  const found = decode(values[0]);
  if (found === undefined) {
    throw refusal.malformed(`header ${name} is not UTF-8`);
  }
  return found;
}

/** @param {Uint8Array[]} values */
function alone(values) {
  return (values.length === 1 && decode(values[0])) || undefined;
}
