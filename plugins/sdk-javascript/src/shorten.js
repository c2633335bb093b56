/**
 * Shortens an acceptance to the bounds of the contract. To pass them is a fault of the component, and a
 * sender must not be able to cause one with a long delivery.
 */

import { artifact, git, other, request } from './changes.js';
import { event } from './event.js';
import { encode } from './utf8.js';

export const MOST_EVENTS = 256;
export const MOST_CHANGES = 512;
export const MOST_CHANGES_IN_ALL = 2048;
export const MOST_BYTES = 128 * 1024;

/** @typedef {import('./types.js').Event} Event */

/**
 * The acceptance within the bounds. Where its events have too many changes or too long texts, they keep
 * the places of their changes alone, else their names, and then concern every object. Events that are
 * too many are left out, and the acceptance is no longer complete.
 * @param {import('./types.js').Acceptance} told
 */
export function bounded(told) {
  let events = told.events.slice(0, MOST_EVENTS);
  if (!fit(events)) {
    events = events.map((full) => event(full.kind, { action: full.action, changes: places(full) }));
  }
  if (!fit(events)) {
    events = events.map(({ kind }) => event(kind));
  }
  while (events.length > 1 && !fit(events)) {
    events.pop();
  }
  return { ...told, events, complete: told.complete && events.length === told.events.length };
}

/**
 * Where the changes of an event are, each place once.
 * @param {Event} event
 */
function places(event) {
  const found = event.changes.map(place);
  return [...new Map(found.map((place) => [JSON.stringify(place), place])).values()];
}

/**
 * @param {import('./types.js').Change} change
 * @returns {import('./types.js').Change}
 */
function place(change) {
  switch (change.tag) {
    case 'git':
      return git(change.val.repositories, { deleted: change.val.deleted });
    case 'artifact':
      return artifact(change.val.repositories, { deleted: change.val.deleted });
    case 'request':
      return request(change.val.repositories);
    case 'other':
      return other(change.val.kind, { locations: change.val.locations });
  }
}

/** @param {Event[]} events */
function fit(events) {
  const counts = events.map(({ changes }) => changes.length);
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all > MOST_CHANGES_IN_ALL || Math.max(0, ...counts) > MOST_CHANGES) {
    return false;
  }
  const texts = textsOf(events).join('');
  // A unit of UTF-16 has at most three bytes in UTF-8.
  return texts.length * 3 <= MOST_BYTES || encode(texts).length <= MOST_BYTES;
}

/**
 * @param {unknown} value
 * @returns {string[]}
 */
function textsOf(value) {
  if (typeof value === 'string') {
    return [value];
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  // The tag of a variant is no text of the event; the tag of an artifact is.
  if ('tag' in value && !('repositories' in value)) {
    return textsOf('val' in value ? value.val : undefined);
  }
  return Object.values(value).flatMap(textsOf);
}
