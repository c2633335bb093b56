/** Compares the event of a delivery with `spec.events`. Names compare without ASCII case, as in Flux. */

/**
 * Whether the list wants this event. An empty list wants every event.
 * @param {string[]} listed
 * @param {string} event
 */
export function wanted(listed, event) {
  return listed.length === 0 || isListed(listed, event);
}

/**
 * Whether the list itself names this event. Then even an event without facts is wanted.
 * @param {string[]} listed
 * @param {string} event
 */
export function isListed(listed, event) {
  const name = folded(event);
  return listed.some((each) => folded(each) === name);
}

/**
 * A warning for every listed name that is not in `known`. The list still filters.
 * @param {string[]} listed
 * @param {string[]} known
 */
export function unknownWarnings(listed, known) {
  const unknown = listed.filter((name) => !isListed(known, name));
  return unknown.map((name) => `spec.events: this provider knows no event '${name}'`);
}

/** @param {string} name */
function folded(name) {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
