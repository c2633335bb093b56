/** Texts as UTF-8. QuickJS has neither `TextEncoder` nor `TextDecoder`; both do the same here. */

/**
 * @param {string} text
 * @returns {Uint8Array}
 */
export function encode(text) {
  const encoded = encodeURIComponent(text).match(/%..|[^%]/g) ?? [];
  return Uint8Array.from(encoded, (sign) =>
    sign.length === 1 ? sign.charCodeAt(0) : parseInt(sign.slice(1), 16),
  );
}

/**
 * The text, or undefined if the bytes are not UTF-8.
 * @param {Uint8Array} bytes
 * @returns {string | undefined}
 */
export function decode(bytes) {
  const signs = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`);
  try {
    return decodeURIComponent(signs.join(''));
  } catch {
    return undefined;
  }
}
