// The `buildkite` provider: webhooks of Buildkite Pipelines. Protocol:
// https://buildkite.com/docs/apis/webhooks/pipelines

import { now } from 'bellpull:provider/clock@0.1.0';
import { matches, verifyHmac } from 'bellpull:provider/credentials@0.1.0';
import { header } from 'bellpull:provider/delivery@0.1.0';
import { fromBody, fromConfig } from 'bellpull:provider/document@0.1.0';

const KEY = 'token';
const SIGNATURE = 'x-buildkite-signature';
const TOKEN = 'x-buildkite-token';
// Buildkite's advice against replays, in seconds; it counts backwards and forwards.
const TOLERANCE = 300;

const EVENTS = [
  'ping',
  'build.scheduled', 'build.running', 'build.failing', 'build.finished', 'build.skipped',
  'job.scheduled', 'job.started', 'job.finished', 'job.activated', 'job.promised_exit_status',
  'agent.connected', 'agent.lost', 'agent.disconnected', 'agent.stopping', 'agent.stopped',
  'agent.blocked', 'cluster_token.registration_blocked',
];

// The default is the stronger proof: a Receiver that loses its config is closed, not weaker.
const CONFIG = {
  type: 'object',
  properties: {
    proof: {
      enum: ['signature', 'token'],
      description: 'What the notification service is set to send. Default: signature.',
    },
  },
  additionalProperties: false,
};

const FACTS = [
  '/event', '/build/state', '/build/branch', '/build/tag', '/build/commit',
  '/build/pull_request/id', '/job/state', '/pipeline/repository',
];

export const guest = {
  describe() {
    return {
      providers: ['buildkite'],
      version: '0.1.0',
      documentation:
        'https://github.com/bellpull/bellpull/tree/main/examples/provider-javascript',
      events: EVENTS,
      credentialKeys: [KEY],
      settingKeys: [],
      configSchema: JSON.stringify(CONFIG),
      fetchHosts: [],
      extensions: [],
    };
  },

  configure(receiver) {
    const unknown = receiver.events.filter((name) => !lists(EVENTS, name));
    const presented = asksForToken() ? [{ kind: 'header', arguments: [TOKEN] }] : [];
    return {
      authentication: asksForToken() ? 'secret' : 'signature',
      credentials: [{ key: KEY, encoding: 'text', proves: true, presented, extensions: [] }],
      methods: [],
      tokens: [],
      issuers: [],
      parsesBeforeVerify: false,
      answersHandshakes: false,
      warnings: unknown.map((name) => `spec.events: Buildkite sends no event '${name}'`),
      extensions: [],
    };
  },

  receive(receiver) {
    const signedAt = asksForToken() ? checkToken() : checkSignature();
    const facts = select(fromBody(), FACTS);
    const kind = facts['/event'];
    if (!kind) {
      throw refusal('malformed', "the body has no text 'event'");
    }
    if (kind === 'ping') {
      return ignored('ping', 'ping');
    }
    if (receiver.events.length > 0 && !lists(receiver.events, kind)) {
      return ignored('not-listed', `event ${kind} is not listed`);
    }
    const acceptance = { events: [event(kind, facts)], complete: true, signedAt };
    return { tag: 'accept', val: acceptance };
  },
};

function asksForToken() {
  return select(fromConfig(), ['/proof'])['/proof'] === 'token';
}

function checkToken() {
  if (!matches(KEY)) {
    throw refusal('unauthenticated', `${TOKEN} is missing, repeated or wrong`);
  }
  return undefined;
}

// The time that the delivery was signed at. It is judged only once the signature is known to be
// right: before that it is anybody's.
function checkSignature() {
  const { timestamp, mac } = presented();
  const prefix = new TextEncoder().encode(`${timestamp}.`);
  const body = { tag: 'piece', val: { kind: 'body', arguments: [] } };
  if (!verifyHmac(KEY, 'sha256', [{ tag: 'bytes', val: prefix }, body], mac)) {
    throw refusal('unauthenticated', `${SIGNATURE} does not fit the body`);
  }
  const age = Math.floor(Number(now()) / 1000) - Number(timestamp);
  if (Math.abs(age) > TOLERANCE) {
    const direction = age > 0 ? 'past' : 'future';
    throw refusal('stale', `the signed time lies too far in the ${direction}`);
  }
  return new Date(Number(timestamp) * 1000).toISOString().replace('.000Z', 'Z');
}

// `timestamp=<seconds>,signature=<hex>`, in either order.
function presented() {
  const values = header(SIGNATURE);
  if (values.length !== 1) {
    throw refusal('unauthenticated', `${SIGNATURE} is missing or repeated`);
  }
  const fields = new Map();
  for (const field of String.fromCharCode(...values[0]).split(',')) {
    const at = field.indexOf('=');
    const name = field.slice(0, at).trim();
    if (at < 0 || fields.has(name)) {
      throw refusal('unauthenticated', `${SIGNATURE} is not a list of names and values`);
    }
    fields.set(name, field.slice(at + 1).trim());
  }
  const timestamp = fields.get('timestamp') ?? '';
  const digits = fields.get('signature') ?? '';
  // Eleven digits reach to the year 5138.
  if (!/^[0-9]{1,11}$/.test(timestamp)) {
    throw refusal('unauthenticated', `${SIGNATURE} has no timestamp in seconds`);
  }
  if (!/^[0-9a-f]{64}$/i.test(digits)) {
    throw refusal('unauthenticated', `${SIGNATURE} has no signature of 64 hexadecimal digits`);
  }
  const mac = Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
  return { timestamp, mac };
}

function ignored(word, reason) {
  return { tag: 'ignore', val: { class: word, reason } };
}

function event(kind, facts) {
  const subject = kind.startsWith('job.') ? '/job/state' : '/build/state';
  return {
    kind,
    action: facts[subject],
    changes: changes(facts),
    payload: undefined,
    extensions: [],
  };
}

function changes(facts) {
  const repository = facts['/pipeline/repository'];
  if (!repository) {
    return [];
  }
  // The branch of a pull request may be a fork's, and says nothing of this repository.
  const known = facts['/build/pull_request/id'] === undefined;
  const change = {
    repositories: [repository],
    ref: known ? ref(facts) : undefined,
    before: undefined,
    after: known ? commit(facts) : undefined,
    deleted: false,
    paths: { tag: 'unknown' },
  };
  return [{ tag: 'git', val: change }];
}

function ref(facts) {
  const { '/build/tag': tag, '/build/branch': branch } = facts;
  if (tag) {
    return `refs/tags/${tag}`;
  }
  return branch ? `refs/heads/${branch}` : undefined;
}

// A build that nobody gave a commit has `HEAD` until an agent has checked it out.
function commit(facts) {
  const id = facts['/build/commit'];
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id ?? '') ? id : undefined;
}

// The texts and numbers at the pointers. What is missing or something else is undefined.
function select(json, pointers) {
  let answers;
  try {
    answers = json.select(pointers);
  } catch (error) {
    throw refusal('malformed', error.payload ?? String(error));
  }
  const scalar = ([answer]) =>
    answer?.tag === 'text' || answer?.tag === 'number' ? answer.val : undefined;
  return Object.fromEntries(pointers.map((pointer, at) => [pointer, scalar(answers[at])]));
}

function lists(names, wanted) {
  const lower = wanted.toLowerCase();
  return names.some((name) => name.toLowerCase() === lower);
}

function refusal(tag, reason) {
  return { tag, val: reason };
}
