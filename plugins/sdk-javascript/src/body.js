/** The body. The host opens it once the bound checks have succeeded. */

import { body } from 'bellpull:provider/delivery@0.1.0';
import { fromBody, fromForm } from 'bellpull:provider/document@0.1.0';

import * as headers from './headers.js';
import { payloadOf } from './payload.js';
import * as refusal from './refusal.js';
import { decode } from './utf8.js';

// The host gives what there is: a body is at most as long as `--max-body` says.
const WHOLE = 2 ** 32 - 1;
// Bytes at the beginning of a body that tell whether it is an object.
const OPENING = 4096;

/**
 * The body as a JSON object, whatever its `Content-Type` says; `Selection.of` asks it. Throws
 * `malformed` when the body does not begin as an object, or may not be read yet.
 */
export function json() {
  if (!beginsObject(opening())) {
    throw refusal.malformed('the body is not a JSON object');
  }
  return asked(fromBody);
}

/**
 * The JSON in the body, or in the field `field` of a form. The `Content-Type` decides which. Throws
 * `malformed` for any other `Content-Type`, and as `json`.
 * @param {string} field
 */
export function jsonOrForm(field) {
  switch (mediaType(headers.required('content-type'))) {
    case 'application/json':
      return json();
    case 'application/x-www-form-urlencoded':
      return asked(() => fromForm(field));
    default:
      throw refusal.malformed(
        'the content type is neither application/json nor a form: set it at the sender',
      );
  }
}

/**
 * The exact bytes of the body. Throws `malformed` where it may not be read: before the bound checks, and
 * when it holds a secret.
 */
export function raw() {
  return asked(() => body(0, WHOLE));
}

/**
 * The text of a form field, or undefined if there is none. Throws `malformed` when the field is there
 * twice or the body may not be read, as `raw`.
 * @param {string} field
 */
export function formText(field) {
  return singleField(raw(), field);
}

/**
 * The one decoded value of a field of an `application/x-www-form-urlencoded` form. Throws `malformed`
 * when the field is there twice, or the form is none.
 * @param {Uint8Array} form
 * @param {string} field
 */
export function singleField(form, field) {
  const pairs = (decode(form) ?? '%').split('&').map((pair) => pair.split(/=(.*)/s));
  let values;
  try {
    values = pairs.filter(([name]) => decoded(name) === field).map(([, value]) => decoded(value));
  } catch {
    throw refusal.malformed('the form is not UTF-8');
  }
  if (values.length > 1) {
    throw refusal.malformed(`the form field '${field}' is repeated`);
  }
  return values[0];
}

/**
 * The type of a `Content-Type`, without its parameters and in lower case.
 * @param {string} contentType
 */
export function mediaType(contentType) {
  return contentType.split(';', 1)[0].trim().toLowerCase();
}

/**
 * Whether a text begins as a JSON object does.
 * @param {Uint8Array} text
 */
export function beginsObject(text) {
  const first = text.find((byte) => ![0x20, 0x09, 0x0d, 0x0a].includes(byte));
  return first === 0x7b;
}

/** The beginning of the body. One that holds a secret is not read raw, and yet as a document. */
function opening() {
  try {
    return body(0, OPENING);
  } catch {
    return Uint8Array.of(0x7b);
  }
}

/**
 * @template T
 * @param {() => T} ask
 */
function asked(ask) {
  try {
    return ask();
  } catch (error) {
    throw refusal.malformed(payloadOf(error));
  }
}

/** @param {string | undefined} text */
function decoded(text) {
  return decodeURIComponent((text ?? '').replaceAll('+', ' '));
}
