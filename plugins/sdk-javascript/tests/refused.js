import assert from 'node:assert/strict';

/** Expects a refusal, by its case in the contract and its reason. */
export function refused(run, tag, val) {
  let thrown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  assert.deepEqual(thrown, { tag, val });
}

/** The values of a header as the host gives them. */
export const sent = (...values) => values.map((value) => new TextEncoder().encode(value));
