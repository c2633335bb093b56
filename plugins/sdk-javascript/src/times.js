/** Signed times, in whole seconds since 1970-01-01T00:00:00Z. */

import * as refusal from './refusal.js';

const RFC3339 =
  /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d+)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
// What RFC 3339 cannot express begins here: the year 10000.
const BEYOND = 253_402_300_800;

/** The time that this delivery is judged by. */
export function now() {
  return Math.floor(Date.now() / 1000);
}

/**
 * Reads decimal digits and nothing else. Undefined for a sign, a space, a fraction or a number that is
 * no safe integer.
 * @param {string} text
 */
export function unixSeconds(text) {
  const seconds = /^[0-9]{1,20}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(seconds) ? seconds : undefined;
}

/**
 * Reads a time as `2026-01-02T03:04:05Z`, with any offset. A fraction is dropped. Undefined for anything
 * else, and for a day that no calendar has.
 * @param {string} text
 */
export function fromRfc3339(text) {
  const [, day, clock, offset] = RFC3339.exec(text) ?? [];
  if (day === undefined || rfc3339(Date.parse(`${day}T00:00:00Z`) / 1000)?.slice(0, 10) !== day) {
    return undefined;
  }
  const moment = Date.parse(`${day}T${clock}${offset.toUpperCase()}`);
  return Number.isNaN(moment) || clock.startsWith('24') ? undefined : moment / 1000;
}

/**
 * Writes a time in UTC. Undefined after the year 9999, which RFC 3339 cannot express.
 * @param {number} seconds
 */
export function rfc3339(seconds) {
  if (!(seconds < BEYOND)) {
    return undefined;
  }
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/**
 * Throws `stale` unless the signed time is at most `tolerance` before or after `now`.
 * @param {number} now
 * @param {number} signed
 * @param {number} tolerance
 */
export function checkAge(now, signed, tolerance) {
  if (Math.abs(now - signed) > tolerance) {
    const direction = signed < now ? 'past' : 'future';
    throw refusal.stale(
      `the signed time lies too far in the ${direction}: a replay, or a clock that is wrong`,
    );
  }
}
