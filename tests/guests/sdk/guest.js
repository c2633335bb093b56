// A provider in JavaScript that uses everything of the SDK. The header x-do says what to do.

import {
  Mac, Selection, acceptance, binding, body, changes, description, event, events, headers, parts,
  refusal, replies, sources, times, verdict,
} from '../../../plugins/sdk-javascript/src/index.js';
import * as crypto from '../../../plugins/sdk-javascript/src/crypto.js';
import * as fetch from '../../../plugins/sdk-javascript/src/fetch.js';
import * as jwt from '../../../plugins/sdk-javascript/src/jwt.js';
import { method } from 'bellpull:provider/delivery@0.1.0';
import { fromConfig } from 'bellpull:provider/document@0.1.0';

const KEY = 'token';
const ISSUERS = ['https://issuer.example.com'];
const REPOSITORY = 'https://example.com/app.git';

export const guest = {
  describe() {
    return description('sdk-guest', '1.0.0', {
      events: ['push'],
      credentialKeys: [KEY],
      configSchema: '{"type": "object", "properties": {"problem": {"type": "string"}}}',
      fetchHosts: ['documents.example.com'],
    });
  },

  configure(receiver) {
    const problem = Selection.of(fromConfig(), ['/problem']).text('/problem');
    if (problem !== undefined) {
      throw [refusal.problem('/config/problem', problem)];
    }
    const warnings = events.unknownWarnings(receiver.events, ['push']);
    const tokens = [sources.bearer('x-bearer')];
    return binding.withReplyMacs(
      binding.signature(KEY, { issuers: ISSUERS, tokens, warnings }),
    );
  },

  receive(receiver) {
    const what = headers.required('x-do');
    if (what === 'reply') {
      const mac = replies.hex(KEY, 'sha256', [parts.parameter('challenge')]);
      return verdict.reply(replies.response('text/plain', [replies.text('the MAC is '), mac]));
    }
    const mac = Mac.hex('x-signature', 'sha256=', 'sha256', headers.values('x-signature'));
    mac.check(KEY, [parts.header('x-do'), parts.text('.'), parts.body()]);
    if (!events.wanted(receiver.events, 'push')) {
      return verdict.notListed('push');
    }
    return TASKS[what]();
  },
};

const TASKS = {
  changes: () =>
    verdict.accept(
      acceptance([event('push', { action: 'pushed', changes: everyChange(), payload: '{"a": 1}' })], {
        deliveryId: `delivery at ${times.rfc3339(times.now())}`,
      }),
    ),
  'too-much': () => {
    const paths = { tag: 'complete', val: ['a'.repeat(1000)] };
    return told({ changes: Array(600).fill(changes.git([REPOSITORY], { paths })) });
  },
  body: () => told({ action: answers() }),
  form: () => {
    const payload = Selection.of(body.jsonOrForm('payload'), ['/ref']);
    return told({ action: `${body.formText('note')} ${payload.text('/ref')}` });
  },
  fetch: () => {
    const document = fetch.get('https://documents.example.com/one');
    return told({ action: String.fromCharCode(...document) });
  },
  token: () => jwt.claims(ISSUERS, ['bellpull']),
  signature: () => {
    const signature = new Uint8Array(64);
    crypto.check(crypto.ed25519(signature.slice(32)), 'ed25519', [parts.body()], signature);
  },
  'no-key': () => crypto.check(crypto.pem('no key'), 'ed25519', [parts.body()], new Uint8Array(64)),
  old: () => times.checkAge(times.now(), times.now() - 3600, 60),
  ping: () => verdict.ping('push', `asked for ${method()}`),
};

function told(known) {
  return verdict.accept(event('push', known));
}

function everyChange() {
  const paths = { tag: 'complete', val: ['a.yaml'] };
  const moved = { ref: 'refs/heads/main', before: '1111111', after: '2222222', paths };
  return [
    changes.git([REPOSITORY, 'git@example.com:app.git'], moved),
    changes.artifact(['example.com/app'], { tag: 'v1', deleted: true }),
    changes.request([REPOSITORY], { number: '17', merged: true, labels: [] }),
    changes.other('bucket', { name: 'b', attributes: [['a', '1']] }),
  ];
}

function answers() {
  const found = Selection.of(body.json(), ['/text', '/number', '/boolean', '/null', '/list/*/name']);
  const rows = found.rows('/list/*/name').map(([name]) => name ?? '-');
  const number = found.number('/number');
  return [found.text('/text'), number, found.boolean('/boolean'), found.isSet('/null'), ...rows].join(' ');
}
