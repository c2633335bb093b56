// A composed component that misbehaves as the header `x-do` of its delivery asks.

import { header } from 'bellpull:provider/delivery@0.1.0';

import '../../../plugins/sdk-javascript/src/console.js';

let deliveries = 0;

export const guest = {
  describe() {
    return {
      providers: ['misbehaving-javascript'],
      version: '1.0.0',
      documentation: '',
      events: [],
      credentialKeys: [],
      settingKeys: [],
      configSchema: '',
      fetchHosts: [],
      extensions: [],
    };
  },

  configure() {
    return {
      authentication: 'path-only',
      credentials: [],
      methods: [],
      tokens: [],
      issuers: [],
      parsesBeforeVerify: false,
      answersHandshakes: false,
      warnings: [],
      extensions: [],
    };
  },

  receive() {
    deliveries += 1;
    const [asked] = header('x-do').map((value) => String.fromCharCode(...value));
    switch (asked) {
      case 'loop':
        for (;;);
      case 'grow': {
        const held = [];
        for (;;) held.push(new Uint8Array(1 << 20).fill(1));
      }
      case 'grow-at-once':
        return ignored(`got ${new Uint8Array(200 << 20).length} bytes`);
      case 'recurse':
        return ignored(String(recurse(1)));
      case 'throw':
        throw new Error('thrown as it was asked to');
      case 'print':
        console.log('printed as it was asked to');
    }
    return { tag: 'accept', val: { events: [event()], complete: true } };
  },
};

function ignored(reason) {
  return { tag: 'ignore', val: { class: 'other', reason } };
}

function recurse(depth) {
  return 1 + recurse(depth + 1);
}

// Says whether the instance is fresh, and which time it sees.
function event() {
  return {
    kind: `delivery ${deliveries}`,
    action: new Date().toISOString(),
    changes: [],
    payload: undefined,
    extensions: [],
  };
}
