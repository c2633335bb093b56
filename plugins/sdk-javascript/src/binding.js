/** How a Receiver authenticates its deliveries. */

/**
 * @typedef {import('./types.js').Binding} Binding
 * @typedef {import('./types.js').Credential} Credential
 * @typedef {import('./types.js').Source} Source
 */

/**
 * A required key of MACs. A check of it must succeed before a delivery is accepted.
 * @param {string} key
 * @param {string} [encoding] `text`, `base64`, `hex` or `whsec`
 * @returns {Credential}
 */
export function proving(key, encoding = 'text') {
  return { key, encoding, proves: true, presented: [], extensions: [] };
}

/**
 * A required key whose text a delivery presents at exactly one of these places. A check of it must
 * succeed before a delivery is accepted.
 * @param {string} key
 * @param {Source[]} places
 * @returns {Credential}
 */
export function presentedAt(key, ...places) {
  return { ...proving(key), presented: places };
}

/**
 * Deliveries carry a MAC whose key is the text of `key`.
 * @param {string} key
 * @param {Partial<Binding>} [rest]
 */
export function signature(key, rest) {
  return of('signature', [proving(key)], rest);
}

/**
 * Deliveries present the text of `key` at `place`, which reads as redacted.
 * @param {string} key
 * @param {Source} place
 * @param {Partial<Binding>} [rest]
 */
export function secret(key, place, rest) {
  return of('secret', [presentedAt(key, place)], rest);
}

/**
 * Deliveries present a token of one of these issuers at `place`; see `bellpull/jwt`.
 * @param {string[]} issuers
 * @param {Source} place
 * @param {Partial<Binding>} [rest]
 */
export function token(issuers, place, rest) {
  return of('token', [], { tokens: [place], issuers, ...rest });
}

/**
 * Deliveries come over a connection whose client certificate has one of these names; see
 * `withClientNames`.
 * @param {string} names one a line
 * @param {Partial<Binding>} [rest]
 */
export function certificate(names, rest) {
  return withClientNames(of('certificate', [], rest), names);
}

/**
 * Whoever knows the path is believed.
 * @param {Partial<Binding>} [rest]
 */
export function pathOnly(rest) {
  return of('path-only', [], rest);
}

/**
 * The same binding, but handshakes are answered before the checks, with MACs that the host computes
 * (`replies`). Give such a Receiver a Secret of its own.
 * @param {Binding} binding
 * @returns {Binding}
 */
export function withReplyMacs(binding) {
  /** @type {import('./types.js').Pair} */
  const replyMacs = ['reply-macs', 'true'];
  return { ...binding, answersHandshakes: true, extensions: [...binding.extensions, replyMacs] };
}

/**
 * The same binding, and deliveries must also come over a connection whose client certificate has one of
 * these names: a subject alternative name, or the whole subject as in RFC 4514, such as
 * `CN=sender,O=Acme`. The host refuses every other delivery and does not call the component. A binding
 * by the path alone cannot have names.
 * @param {Binding} binding
 * @param {string} names one a line
 * @returns {Binding}
 */
export function withClientNames(binding, names) {
  /** @type {import('./types.js').Pair} */
  const clientNames = ['client-names', names];
  return { ...binding, extensions: [...binding.extensions, clientNames] };
}

/**
 * Deliveries authenticate in this way, with these credentials. Only POST is answered, unless `rest`
 * says otherwise.
 * @param {string} authentication `signature`, `certificate`, `token`, `secret` or `path-only`
 * @param {Credential[]} credentials
 * @param {Partial<Binding>} [rest]
 * @returns {Binding}
 */
export function of(authentication, credentials, rest) {
  return {
    authentication,
    credentials,
    methods: ['POST'],
    tokens: [],
    issuers: [],
    parsesBeforeVerify: false,
    answersHandshakes: false,
    warnings: [],
    extensions: [],
    ...rest,
  };
}
