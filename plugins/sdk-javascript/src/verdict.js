/** What a component says of a delivery that it could judge. */

import { acceptance, event } from './event.js';
import { bounded } from './shorten.js';

/**
 * @typedef {import('./types.js').Acceptance} Acceptance
 * @typedef {import('./types.js').Event} Event
 * @typedef {import('./types.js').Verdict} Verdict
 */

/**
 * Authentic and wanted. What passes the bounds of the contract is shortened to them.
 * @param {Event | Acceptance} told an event, or an acceptance with an id or a time
 * @returns {Verdict}
 */
export function accept(told) {
  return { tag: 'accept', val: bounded('kind' in told ? acceptance([told]) : told) };
}

/**
 * Authentic, but only a test of the connection.
 * @param {string} kind the sender's name for it
 * @param {string} reason
 */
export const ping = (kind, reason) => ignored('ping', reason, event(kind));

/**
 * Authentic, but `spec.events` does not list this event.
 * @param {string} kind
 */
export const notListed = (kind) =>
  ignored('not-listed', `event ${kind} is not listed`, event(kind));

/**
 * Authentic, but nothing has changed.
 * @param {string} reason
 */
export const noChange = (reason) => ignored('no-change', reason);

/**
 * Authentic, but of no interest for another reason.
 * @param {string} reason
 */
export const ignore = (reason) => ignored('other', reason);

/**
 * Answers a handshake; see `replies`.
 * @param {import('./types.js').Response} response
 * @returns {Verdict}
 */
export const reply = (response) => ({ tag: 'reply', val: response });

/**
 * @param {string} word
 * @param {string} reason
 * @param {Event} [told]
 * @returns {Verdict}
 */
function ignored(word, reason, told) {
  return { tag: 'ignore', val: { class: word, reason, event: told } };
}
