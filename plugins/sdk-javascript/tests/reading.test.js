import assert from 'node:assert/strict';
import { test } from 'node:test';

import { body, events, headers } from '../src/index.js';
import { decode, encode } from '../src/utf8.js';
import { refused, sent } from './refused.js';

const NOT_UTF8 = Uint8Array.of(0xff);

test('a header has one value and no second', () => {
  assert.equal(headers.single('a', []), undefined);
  assert.equal(headers.single('a', sent('x')), 'x');
  refused(() => headers.single('a', sent('x', 'x')), 'malformed', 'header a is repeated');
  refused(() => headers.single('a', [NOT_UTF8]), 'malformed', 'header a is not UTF-8');
});

test('a proof is there once', () => {
  assert.equal(headers.proof('a', sent('x')), 'x');
  for (const values of [[], sent(''), sent('x', 'x'), [NOT_UTF8]]) {
    const reason = 'a is missing, empty, repeated or not UTF-8';
    refused(() => headers.proof('a', values), 'unauthenticated', reason);
  }
});

test('texts are UTF-8', () => {
  for (const text of ['', 'a%b+c', 'é€😀', '\0\n']) {
    assert.deepEqual(encode(text), new TextEncoder().encode(text));
    assert.equal(decode(encode(text)), text);
  }
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
    assert.equal(decode(Uint8Array.from(bytes)), undefined);
  }
});

test('names of events compare without ASCII case', () => {
  for (const [listed, event, expected] of [
    [[], 'push', true],
    [['ping', 'Push'], 'push', true],
    [['ping'], 'push', false],
    [[''], 'push', false],
    [['É'], 'é', false],
  ]) {
    assert.equal(events.wanted(listed, event), expected, `${listed} ${event}`);
  }
});

test('an empty list lists nothing', () => {
  assert.equal(events.isListed(['Ping'], 'ping'), true);
  assert.equal(events.isListed([], 'ping'), false);
});

test('names that nobody sends are warned of', () => {
  const warnings = events.unknownWarnings(['PUSH', 'psuh'], ['push']);
  assert.deepEqual(warnings, ["spec.events: this provider knows no event 'psuh'"]);
});

test('an object is told by its first sign', () => {
  for (const text of ['{', ' \r\n\t{}', '{"a":1}']) {
    assert.equal(body.beginsObject(encode(text)), true, text);
  }
  for (const text of ['', '  ', '[]', '"{"', 'null', 'payload={}', '\ufeff{}']) {
    assert.equal(body.beginsObject(encode(text)), false, text);
  }
});

test('a media type has no parameters', () => {
  for (const text of ['application/json', 'Application/JSON ; charset=utf-8']) {
    assert.equal(body.mediaType(text), 'application/json');
  }
});

test('a form field is there once', () => {
  for (const [form, expected] of [
    ['', undefined],
    ['b=1', undefined],
    ['a', ''],
    ['a=', ''],
    ['b=2&a=x%3D+%C3%A9', 'x= é'],
    ['a=x=y', 'x=y'],
  ]) {
    assert.equal(body.singleField(encode(form), 'a'), expected, form);
  }
  const twice = () => body.singleField(encode('a=1&a=1'), 'a');
  refused(twice, 'malformed', "the form field 'a' is repeated");
  for (const form of [NOT_UTF8, encode('a=%FF'), encode('a=%')]) {
    refused(() => body.singleField(form, 'a'), 'malformed', 'the form is not UTF-8');
  }
});
