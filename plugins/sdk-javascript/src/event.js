/**
 * One thing that a delivery tells.
 *
 * @param {string} kind the sender's own name for it
 * @param {Partial<import('./types.js').Event>} [known]
 * @returns {import('./types.js').Event}
 */
export function event(kind, known) {
  return { kind, changes: [], extensions: [], ...known };
}

/**
 * All events of a delivery.
 *
 * @param {import('./types.js').Event[]} events
 * @param {Partial<import('./types.js').Acceptance>} [known] `signedAt` is RFC 3339, and only a time that
 *   the proof covers
 * @returns {import('./types.js').Acceptance}
 */
export function acceptance(events, known) {
  return { events, complete: true, ...known };
}
