/**
 * Why a delivery is not accepted: `throw refusal.malformed('why')`. A reason reaches the operator's log
 * and never the sender. It must not hold what the delivery presented as a credential.
 */

/** @typedef {import('./types.js').Refusal} Refusal */

/**
 * No proof, or a wrong one: 401.
 * @param {string} reason
 * @returns {Refusal}
 */
export const unauthenticated = (reason) => ({ tag: 'unauthenticated', val: reason });

/**
 * Not what this provider sends: 400.
 * @param {string} reason
 * @returns {Refusal}
 */
export const malformed = (reason) => ({ tag: 'malformed', val: reason });

/**
 * Signed, but too old or too new: 401.
 * @param {string} reason
 * @returns {Refusal}
 */
export const stale = (reason) => ({ tag: 'stale', val: reason });

/**
 * Keys or certificates could not be had; worth sending again: 503.
 * @param {string} reason
 * @returns {Refusal}
 */
export const unavailable = (reason) => ({ tag: 'unavailable', val: reason });

/**
 * The Receiver cannot work as it stands: 503.
 * @param {string} reason
 * @returns {Refusal}
 */
export const misconfigured = (reason) => ({ tag: 'misconfigured', val: reason });

/**
 * What is wrong with a Receiver: `configure` throws a list of them.
 * @param {string} at an RFC 6901 pointer into its `spec`
 * @param {string} message what is wrong and what to do
 * @returns {import('./types.js').Problem}
 */
export const problem = (at, message) => ({ at, message });
