/**
 * Lets Node.js load a provider for its unit tests: `node --import bellpull/testing --test`. The
 * functions of the host throw there; what a test calls is a function over plain values.
 */

import { register } from 'node:module';

register('./hooks.js', import.meta.url);
