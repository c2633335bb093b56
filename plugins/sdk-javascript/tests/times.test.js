import assert from 'node:assert/strict';
import { test } from 'node:test';

import { times } from '../src/index.js';
import { refused } from './refused.js';

test('seconds are digits alone', () => {
  assert.equal(times.unixSeconds('1674087231'), 1674087231);
  for (const text of [
    '', '+1', '-1', ' 1', '1 ', '1.0', '1e9', '0x1', '18446744073709551616', '١', '1\n',
  ]) {
    assert.equal(times.unixSeconds(text), undefined, JSON.stringify(text));
  }
});

test('exactly the tolerance is tolerated', () => {
  for (const signed of [700, 1000, 1300]) {
    times.checkAge(1000, signed, 300);
  }
  for (const [signed, direction] of [[0, 'past'], [699, 'past'], [1301, 'future']]) {
    const where = `too far in the ${direction}`;
    const reason = `the signed time lies ${where}: a replay, or a clock that is wrong`;
    refused(() => times.checkAge(1000, signed, 300), 'stale', reason);
  }
});

test('RFC 3339 is written and read', () => {
  for (const [seconds, text] of [
    [0, '1970-01-01T00:00:00Z'],
    [951782400, '2000-02-29T00:00:00Z'],
    [1674087231, '2023-01-19T00:13:51Z'],
    [253402300799, '9999-12-31T23:59:59Z'],
  ]) {
    assert.equal(times.rfc3339(seconds), text);
    assert.equal(times.fromRfc3339(text), seconds);
  }
  assert.equal(times.rfc3339(253402300800), undefined);
});

test('RFC 3339 has offsets and fractions', () => {
  for (const text of ['2023-01-19T01:13:51.987654321+01:00', '2023-01-18t23:13:51-01:00']) {
    assert.equal(times.fromRfc3339(text), 1674087231, text);
  }
  for (const text of [
    '',
    '2023-01-19',
    '2023-01-19T00:13:51',
    '2023-01-19T00:13Z',
    '2023-02-29T00:00:00Z',
    '2023-01-19T24:00:00Z',
    '2023-01-19T00:00:00+24:00',
    '2023-W03-4T00:00:00Z',
    '1674087231',
  ]) {
    assert.equal(times.fromRfc3339(text), undefined, text);
  }
});
