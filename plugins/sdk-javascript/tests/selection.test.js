import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Selection } from '../src/index.js';
import { refused } from './refused.js';

const text = (val) => ({ tag: 'text', val });
const ANSWERS = new Map([
  ['/gone', [{ tag: 'missing' }]],
  ['/null', [{ tag: 'null' }]],
  ['/yes', [{ tag: 'boolean', val: true }]],
  ['/count', [{ tag: 'number', val: '20' }]],
  ['/float', [{ tag: 'number', val: '2e1' }]],
  ['/huge', [{ tag: 'number', val: '9007199254740993' }]],
  ['/name', [text('a')]],
  ['/empty', [text('')]],
  ['/l/*/a', [text('1'), text('')]],
  ['/l/*/b', [{ tag: 'null' }, text('y'), text('z')]],
]);
const found = new Selection(ANSWERS);

test('answers have a type', () => {
  assert.equal(found.text('/name'), 'a');
  assert.equal(found.boolean('/yes'), true);
  assert.equal(found.number('/count'), 20);
  assert.deepEqual(found.texts('/l/*/b'), ['y', 'z']);
});

test('another type is undefined', () => {
  for (const pointer of ['/gone', '/null', '/yes', '/count', '/empty', '/never-asked']) {
    assert.equal(found.text(pointer), undefined, pointer);
  }
  assert.equal(found.boolean('/name'), undefined);
  for (const pointer of ['/float', '/huge', '/name']) {
    assert.equal(found.number(pointer), undefined, pointer);
  }
});

test('what is there is told from what is not', () => {
  for (const pointer of ['/yes', '/count', '/name', '/empty', '/l/*/b']) {
    assert.equal(found.isSet(pointer), true, pointer);
  }
  for (const pointer of ['/gone', '/null', '/never-asked']) {
    assert.equal(found.isSet(pointer), false, pointer);
  }
});

test('lists come by row', () => {
  const rows = [['1', undefined], [undefined, 'y'], [undefined, 'z']];
  assert.deepEqual(found.rows('/l/*/a', '/l/*/b'), rows);
  assert.deepEqual(found.rows('/never/*/asked'), []);
});

test('lists are left out first', () => {
  const of = (most) => {
    const select = (pointers) => {
      if (pointers.length > most) {
        throw Object.assign(new Error(), { payload: 'too much' });
      }
      return pointers.map((pointer) => ANSWERS.get(pointer));
    };
    return Selection.of({ select }, ['/name', '/l/*/a']);
  };
  assert.equal(of(2).has('/l/*/a'), true);
  assert.deepEqual([of(1).text('/name'), of(1).has('/l/*/a')], ['a', false]);
  refused(() => of(0), 'malformed', 'too much');
});
