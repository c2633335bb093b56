/** MACs that deliveries present. */

import { verifyHmac } from 'bellpull:provider/credentials@0.1.0';

import * as refusal from './refusal.js';

/**
 * @typedef {import('./types.js').Part} Part
 * @typedef {keyof typeof LENGTHS} Digest
 */

/** The hash functions by their names in the contract, with the bytes of a digest. */
export const LENGTHS = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

/** A MAC that a delivery presents. It is decoded and as long as its digest, but not yet checked. */
export class Mac {
  /**
   * @param {Digest} digest
   * @param {Uint8Array} value
   */
  constructor(digest, value) {
    this.digest = digest;
    this.value = value;
  }

  /**
   * Reads a MAC in hexadecimal, after `prefix`, from the one value of `header`. The prefix compares
   * exactly, the digits without case. Throws `unauthenticated` when the header is missing, empty or
   * repeated, does not begin with the prefix, or does not hold hexadecimal digits of exactly one digest
   * after it. Where the MAC is one of several fields of the header, `values` is that field's text.
   * @param {string} header
   * @param {string} prefix
   * @param {Digest} digest
   * @param {(Uint8Array | string)[]} values
   */
  static hex(header, prefix, digest, values) {
    return whole(header, digest, unhex(after(header, prefix, only(header, values))));
  }

  /**
   * As `hex`, in standard padded base64 (RFC 4648, section 4).
   * @param {string} header
   * @param {string} prefix
   * @param {Digest} digest
   * @param {(Uint8Array | string)[]} values
   */
  static base64(header, prefix, digest, values) {
    return whole(header, digest, unbase64(after(header, prefix, only(header, values))));
  }

  /**
   * Reads a MAC in hexadecimal after the name of one of `digests` and `=`, as in `sha256=0f…`. Throws as
   * `hex`, and for the name of any other digest.
   * @param {string} header
   * @param {Digest[]} digests
   * @param {(Uint8Array | string)[]} values
   */
  static namedHex(header, digests, values) {
    const value = only(header, values);
    const digest = digests.find((name) => value.startsWith(`${name}=`));
    if (digest === undefined) {
      throw flaw(header, 'names no algorithm that is accepted');
    }
    return whole(header, digest, unhex(value.slice(digest.length + 1)));
  }

  /**
   * Whether this is the MAC of `message` under any active value of the credential `key`. Asks the host.
   * @param {string} key
   * @param {Part[]} message
   */
  matches(key, message) {
    return verifyHmac(key, this.digest, message, this.value);
  }

  /**
   * Throws `unauthenticated`, with the name of the key, unless the MAC matches.
   * @param {string} key
   * @param {Part[]} message
   */
  check(key, message) {
    if (!this.matches(key, message)) {
      throw refusal.unauthenticated(`the signature does not match under '${key}'`);
    }
  }
}

/**
 * The one value, a character for each byte.
 * @param {string} header
 * @param {(Uint8Array | string)[]} values
 */
function only(header, values) {
  if (values.length === 0) {
    throw flaw(header, 'is missing');
  }
  if (values.length > 1) {
    throw flaw(header, 'is repeated');
  }
  if (values[0].length === 0) {
    throw flaw(header, 'is empty');
  }
  const [value] = values;
  return typeof value === 'string' ? value : String.fromCharCode(...value);
}

/**
 * @param {string} header
 * @param {string} prefix
 * @param {string} value
 */
function after(header, prefix, value) {
  if (!value.startsWith(prefix)) {
    throw flaw(header, 'does not begin with its prefix');
  }
  return value.slice(prefix.length);
}

/** @param {string} encoded */
function unhex(encoded) {
  if (!/^([0-9a-f]{2})*$/i.test(encoded)) {
    return undefined;
  }
  return Uint8Array.from(encoded.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {string} encoded */
function unbase64(encoded) {
  let decoded;
  try {
    decoded = atob(encoded);
  } catch {
    return undefined;
  }
  // The decoder passes over spaces, bits and padding that no encoder writes.
  if (btoa(decoded) !== encoded) {
    return undefined;
  }
  return Uint8Array.from(decoded, (sign) => sign.charCodeAt(0));
}

/**
 * @param {string} header
 * @param {Digest} digest
 * @param {Uint8Array | undefined} decoded
 */
function whole(header, digest, decoded) {
  if (decoded === undefined) {
    throw flaw(header, 'cannot be decoded');
  }
  if (decoded.length !== LENGTHS[digest]) {
    throw flaw(header, 'is not as long as its digest');
  }
  return new Mac(digest, decoded);
}

/**
 * @param {string} header
 * @param {string} flaw
 */
function flaw(header, flaw) {
  return refusal.unauthenticated(`signature header ${header} ${flaw}`);
}
