/** `console` writes to the log of the delivery. QuickJS has none of its own. */

import { write } from 'bellpull:provider/log@0.1.0';

/** @param {unknown} value */
function shown(value) {
  if (typeof value === 'string') {
    return value;
  }
  if (value instanceof Error) {
    return `${value}\n${value.stack ?? ''}`;
  }
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/** @param {import('./types.js').Level} level */
const printer =
  (level) =>
  /** @param {unknown[]} values */
  (...values) =>
    write(level, values.map(shown).join(' '));

if (globalThis.console === undefined) {
  const console = {
    debug: printer('debug'),
    log: printer('info'),
    info: printer('info'),
    warn: printer('warn'),
    error: printer('warn'),
  };
  Object.assign(globalThis, { console });
}
