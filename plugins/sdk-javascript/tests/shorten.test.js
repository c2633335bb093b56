import assert from 'node:assert/strict';
import { test } from 'node:test';

import { acceptance, changes, event } from '../src/index.js';
import {
  MOST_BYTES, MOST_CHANGES, MOST_CHANGES_IN_ALL, MOST_EVENTS, bounded,
} from '../src/shorten.js';

const FULL = MOST_CHANGES_IN_ALL / MOST_CHANGES;
const times = (count, value) => Array(count).fill(value);

function push(count, length = 1) {
  return event('push', { changes: times(count, changes.git(['u'.repeat(length)])) });
}

// The texts of a push of one change, beside its repository.
const REST = 'push'.length;

test('what is within the bounds stays as it is', () => {
  for (const events of [
    times(MOST_EVENTS, push(0)),
    times(FULL, push(MOST_CHANGES)),
    [push(1, MOST_BYTES - REST)],
  ]) {
    assert.deepEqual(bounded(acceptance(events)), acceptance(events));
  }
});

test('beyond the bounds events keep their places', () => {
  for (const [events, places] of [
    [[push(MOST_CHANGES + 1), push(1)], times(2, push(1))],
    [[...times(FULL, push(MOST_CHANGES)), push(1)], times(FULL + 1, push(1))],
    [[push(1, MOST_BYTES)], [push(0)]],
    [times(2, push(1, MOST_BYTES / 2)), times(2, push(0))],
  ]) {
    const { events: told, complete } = bounded(acceptance(events));
    assert.deepEqual(JSON.parse(JSON.stringify(told)), places);
    assert.equal(complete, true);
  }
});

test('a place has no details', () => {
  const many = [
    changes.git(['u'], { ref: 'refs/heads/main', deleted: true }),
    changes.artifact(['r'], { tag: 'v1' }),
    changes.request(['u'], { number: '17' }),
    changes.other('bucket', { locations: ['l'], name: 'b' }),
  ];
  const places = [
    changes.git(['u'], { deleted: true }),
    changes.artifact(['r']),
    changes.request(['u']),
    changes.other('bucket', { locations: ['l'] }),
  ];
  const full = event('push', { action: 'a', changes: times(MOST_CHANGES, many).flat(), payload: '{}' });
  const told = bounded(acceptance([full]));
  assert.deepEqual(told, acceptance([event('push', { action: 'a', changes: places })]));
});

test('events that are left out are told', () => {
  const told = bounded(acceptance(times(MOST_EVENTS + 1, push(0))));
  assert.deepEqual([told.events.length, told.complete], [MOST_EVENTS, false]);
  const long = event('é'.repeat(MOST_BYTES / 4));
  const two = acceptance([long, long], { complete: false });
  assert.deepEqual(bounded(acceptance([long, long, long])), two);
});
