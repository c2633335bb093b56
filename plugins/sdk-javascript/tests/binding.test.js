import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as binding from '../src/binding.js';

test('names of client certificates are demanded alone or beside another proof', () => {
  const names = 'sender.example\nCN=sender';
  for (const [bound, authentication, extensions] of [
    [binding.certificate(names), 'certificate', [['client-names', names]]],
    // The host refuses an empty list. To leave it out would demand less.
    [binding.certificate(''), 'certificate', [['client-names', '']]],
    [
      binding.withClientNames(binding.withReplyMacs(binding.signature('token')), names),
      'signature',
      [
        ['reply-macs', 'true'],
        ['client-names', names],
      ],
    ],
  ]) {
    assert.equal(bound.authentication, authentication);
    assert.deepEqual(bound.extensions, extensions);
  }
});
