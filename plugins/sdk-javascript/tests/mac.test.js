import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Mac } from '../src/index.js';
import { refused, sent } from './refused.js';

const HEX = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
const GOOD = `sha256=${HEX}`;
const BASE64 = 'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

const hexOf = (...values) => Mac.hex('x-sig', 'sha256=', 'sha256', sent(...values));
const base64Of = (value) => Mac.base64('x-sig', 'v1,', 'sha256', sent(value));
const flaw = (run, words) => refused(run, 'unauthenticated', `signature header x-sig ${words}`);

test('hexadecimal digits have either case', () => {
  const lower = hexOf(GOOD);
  assert.deepEqual(hexOf(`sha256=${HEX.toUpperCase()}`), lower);
  assert.deepEqual(Mac.hex('x-sig', 'sha256=', 'sha256', [GOOD]), lower);
  assert.deepEqual([lower.digest, lower.value[0]], ['sha256', 0x75]);
});

test('anything but one whole digest is refused', () => {
  for (const [values, words] of [
    [[], 'is missing'],
    [[''], 'is empty'],
    [[GOOD, GOOD], 'is repeated'],
    [['sha256='], 'is not as long as its digest'],
    [[HEX], 'does not begin with its prefix'],
    [[`SHA256=${HEX}`], 'does not begin with its prefix'],
    [[`sha1=${HEX}`], 'does not begin with its prefix'],
    [[GOOD.slice(0, -1)], 'cannot be decoded'],
    [[GOOD.slice(0, -2)], 'is not as long as its digest'],
    [[`${GOOD}0`], 'cannot be decoded'],
    [[`${GOOD}00`], 'is not as long as its digest'],
    [[`sha256= ${HEX}`], 'cannot be decoded'],
    [[`${GOOD} `], 'cannot be decoded'],
    [[`${GOOD}\n`], 'cannot be decoded'],
    [[GOOD.replaceAll('7', 'g')], 'cannot be decoded'],
    [[GOOD.replaceAll('7', 'é')], 'cannot be decoded'],
  ]) {
    flaw(() => hexOf(...values), words);
  }
});

test('base64 is strict', () => {
  assert.equal(base64Of(`v1,${BASE64}`).value.length, 32);
  for (const [value, words] of [
    ['v1,', 'is not as long as its digest'],
    ['v1,AAAA', 'is not as long as its digest'],
    ['v1,====', 'cannot be decoded'],
    [`v1,${BASE64.slice(0, -1)}`, 'cannot be decoded'],
    [`v1,${BASE64.replaceAll('+', '-').replaceAll('/', '_')}`, 'cannot be decoded'],
    [`v1,${BASE64.replace('OE=', 'OF=')}`, 'cannot be decoded'],
    [`v1,${BASE64} `, 'cannot be decoded'],
    [`V1,${BASE64}`, 'does not begin with its prefix'],
  ]) {
    flaw(() => base64Of(value), words);
  }
});

test('the named digest is one of those accepted', () => {
  const of = (value) => Mac.namedHex('x-sig', ['sha1', 'sha256', 'sha512'], sent(value));
  for (const [digest, length] of Object.entries({ sha1: 20, sha256: 32, sha512: 64 })) {
    const mac = of(`${digest}=${'ab'.repeat(length)}`);
    assert.deepEqual(mac, new Mac(digest, new Uint8Array(length).fill(0xab)));
  }
  for (const value of [`sha384=${'ab'.repeat(48)}`, 'sha1', '=', HEX]) {
    flaw(() => of(value), 'names no algorithm that is accepted');
  }
  flaw(() => of(`sha1=${HEX}`), 'is not as long as its digest');
});
