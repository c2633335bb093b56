// The `buildkite` provider: webhooks of Buildkite Pipelines. Protocol:
// https://buildkite.com/docs/apis/webhooks/pipelines

import {
  Mac, Selection, acceptance, binding, body, changes, description, event, events, headers, parts,
  refusal, sources, times, verdict,
} from 'bellpull';
import { fromConfig } from 'bellpull:provider/document@0.1.0';
import { matches } from 'bellpull:provider/credentials@0.1.0';

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
    return description('buildkite', '0.1.0', {
      documentation:
        'https://github.com/bellpull/bellpull/tree/main/examples/provider-javascript',
      events: EVENTS,
      credentialKeys: [KEY],
      configSchema: JSON.stringify(CONFIG),
    });
  },

  configure(receiver) {
    const warnings = events.unknownWarnings(receiver.events, EVENTS);
    return asksForToken()
      ? binding.secret(KEY, sources.header(TOKEN), { warnings })
      : binding.signature(KEY, { warnings });
  },

  receive(receiver) {
    const signedAt = asksForToken() ? checkToken() : checkSignature();
    const facts = Selection.of(body.json(), FACTS);
    const kind = facts.text('/event');
    if (kind === undefined) {
      throw refusal.malformed("the body has no text 'event'");
    }
    if (kind === 'ping') {
      return verdict.ping(kind, 'ping');
    }
    if (!events.wanted(receiver.events, kind)) {
      return verdict.notListed(kind);
    }
    return verdict.accept(acceptance([told(kind, facts)], { signedAt }));
  },
};

function asksForToken() {
  return Selection.of(fromConfig(), ['/proof']).text('/proof') === 'token';
}

function checkToken() {
  if (!matches(KEY)) {
    throw refusal.unauthenticated(`${TOKEN} is missing, repeated or wrong`);
  }
  return undefined;
}

// The time that the delivery was signed at. It is judged only once the signature is known to be
// right: before that it is anybody's.
function checkSignature() {
  const { timestamp, mac } = presented(headers.proof(SIGNATURE, headers.values(SIGNATURE)));
  mac.check(KEY, [parts.text(`${timestamp}.`), parts.body()]);
  const signed = times.unixSeconds(timestamp);
  times.checkAge(times.now(), signed, TOLERANCE);
  return times.rfc3339(signed);
}

// `timestamp=<seconds>,signature=<hex>`, in either order.
function presented(value) {
  const fields = new Map();
  for (const field of value.split(',')) {
    const at = field.indexOf('=');
    const name = field.slice(0, at).trim();
    if (at < 0 || fields.has(name)) {
      throw refusal.unauthenticated(`${SIGNATURE} is not a list of names and values`);
    }
    fields.set(name, field.slice(at + 1).trim());
  }
  const timestamp = fields.get('timestamp') ?? '';
  // Eleven digits reach to the year 5138.
  if (!/^[0-9]{1,11}$/.test(timestamp)) {
    throw refusal.unauthenticated(`${SIGNATURE} has no timestamp in seconds`);
  }
  return { timestamp, mac: Mac.hex(SIGNATURE, '', 'sha256', [fields.get('signature') ?? '']) };
}

function told(kind, facts) {
  const action = facts.text(kind.startsWith('job.') ? '/job/state' : '/build/state');
  return event(kind, { action, changes: moved(facts) });
}

function moved(facts) {
  const repository = facts.text('/pipeline/repository');
  if (repository === undefined) {
    return [];
  }
  // The branch of a pull request may be a fork's, and says nothing of this repository.
  const known = !facts.isSet('/build/pull_request/id') && { ref: ref(facts), after: commit(facts) };
  return [changes.git([repository], { ...known })];
}

function ref(facts) {
  const [tag, branch] = [facts.text('/build/tag'), facts.text('/build/branch')];
  if (tag !== undefined) {
    return `refs/tags/${tag}`;
  }
  return branch && `refs/heads/${branch}`;
}

// A build that nobody gave a commit has `HEAD` until an agent has checked it out.
function commit(facts) {
  const id = facts.text('/build/commit');
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id ?? '') ? id : undefined;
}
