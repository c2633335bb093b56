/** Where a delivery carries a credential. */

/** @typedef {import('./types.js').Source} Source */

/**
 * A header's whole value.
 * @param {string} name
 */
export const header = (name) => source('header', name);

/**
 * The text after `Bearer ` in a header (RFC 6750, section 2.1), usually `authorization`.
 * @param {string} header
 */
export const bearer = (header) => source('bearer', header);

/**
 * The text after another scheme in a header (RFC 9110, section 11.4).
 * @param {string} header
 * @param {string} scheme
 */
export const scheme = (header, scheme) => source('scheme', header, scheme);

/** The user name of a Basic `authorization` (RFC 7617). */
export const basicUsername = () => source('basic-username');

/** The password of a Basic `authorization` (RFC 7617). */
export const basicPassword = () => source('basic-password');

/**
 * The value of a cookie (RFC 6265, section 4.2).
 * @param {string} name
 */
export const cookie = (name) => source('cookie', name);

/**
 * A query parameter, percent-decoded.
 * @param {string} name
 */
export const query = (name) => source('query', name);

/**
 * A text in the JSON body, by an RFC 6901 pointer that passes only through objects.
 * @param {string} pointer
 */
export const member = (pointer) => source('member', pointer);

/**
 * A field of an `application/x-www-form-urlencoded` body, decoded.
 * @param {string} field
 */
export const form = (field) => source('form', field);

/**
 * @param {string} kind
 * @param {string[]} words
 * @returns {Source}
 */
function source(kind, ...words) {
  return { kind, arguments: words };
}
