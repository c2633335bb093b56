/** The parts of a signed message. The message is their concatenation. */

import { encode } from './utf8.js';

/** The body's exact bytes. */
export const body = () => piece('body');

/**
 * The one value of a header.
 * @param {string} name
 */
export const header = (name) => piece('header', name);

/**
 * The one decoded value of a form field.
 * @param {string} field
 */
export const form = (field) => piece('form', field);

/**
 * The one text in the JSON body, by an RFC 6901 pointer that passes only through objects.
 * @param {string} pointer
 */
export const member = (pointer) => piece('member', pointer);

/** The method, in upper case. */
export const method = () => piece('method');

/** The request target. It holds the secret path: it can be signed, not read. */
export const target = () => piece('target');

/** The query string without `?`. */
export const query = () => piece('query');

/**
 * The one value of a query parameter, percent-decoded.
 * @param {string} name
 */
export const parameter = (name) => piece('query', name);

/**
 * A derived component of RFC 9421 by its name there: `@authority`, `@path` or `@query`.
 * @param {string} component
 */
export const derived = (component) => piece(component);

/**
 * A text of the component's own.
 * @param {string} text
 * @returns {import('./types.js').Part}
 */
export const text = (text) => ({ tag: 'bytes', val: encode(text) });

/**
 * @param {string} kind
 * @param {string[]} words
 * @returns {import('./types.js').Part}
 */
function piece(kind, ...words) {
  return { tag: 'piece', val: { kind, arguments: words } };
}
