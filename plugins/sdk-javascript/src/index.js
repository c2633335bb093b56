/// <reference path="./host.d.ts" />
/**
 * Everything an author needs to write a Bellpull provider in JavaScript.
 *
 * A provider is an object `guest` that the entry file exports:
 *
 *     import { Mac, binding, description, event, headers, parts, verdict } from 'bellpull';
 *
 *     export const guest = {
 *       describe: () => description('example', '1.0.0', { credentialKeys: ['token'] }),
 *       configure: (receiver) => binding.signature('token'),
 *       receive(receiver) {
 *         const sent = headers.values('x-example-signature');
 *         Mac.hex('x-example-signature', 'sha256=', 'sha256', sent).check('token', [parts.body()]);
 *         return verdict.accept(event('example'));
 *       },
 *     };
 *
 * A refusal is thrown: `throw refusal.malformed('why')`. Anything else that is thrown is a fault of the
 * component, and its message and stack are in the log.
 *
 * `bellpull/crypto`, `bellpull/jwt` and `bellpull/fetch` are modules of their own, since each needs an
 * import of the world of the component.
 *
 * Functions that ask the host work only inside a component. Helpers that decide something are
 * therefore functions over plain values, and the unit tests of a provider call those.
 */

import './console.js';

export * as binding from './binding.js';
export * as body from './body.js';
export * as changes from './changes.js';
export * as events from './events.js';
export * as headers from './headers.js';
export * as parts from './parts.js';
export * as refusal from './refusal.js';
export * as replies from './replies.js';
export * as sources from './sources.js';
export * as times from './times.js';
export * as verdict from './verdict.js';
export { acceptance, event } from './event.js';
export { description } from './description.js';
export { Mac } from './mac.js';
export { Selection } from './selection.js';
