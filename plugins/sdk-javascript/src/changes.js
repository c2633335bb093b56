/** What changed. What the sender does not say is left out: filters take it for "any". */

/** @typedef {import('./types.js').Change} Change */

/**
 * A ref that moved.
 * @param {string[]} repositories every URL that the sender gives for the repository
 * @param {Partial<import('./types.js').GitChange>} [known] `ref` is a full name: `refs/heads/…`
 * @returns {Change}
 */
export function git(repositories, known) {
  return { tag: 'git', val: { repositories, deleted: false, paths: { tag: 'unknown' }, ...known } };
}

/**
 * A tag or digest that `registry/repository` gained or lost.
 * @param {string[]} repositories
 * @param {Partial<import('./types.js').ArtifactChange>} [known]
 * @returns {Change}
 */
export function artifact(repositories, known) {
  return { tag: 'artifact', val: { repositories, deleted: false, ...known } };
}

/**
 * A pull or merge request.
 * @param {string[]} repositories every URL of the repository that it would change
 * @param {Partial<import('./types.js').RequestChange>} [known]
 * @returns {Change}
 */
export function request(repositories, known) {
  return { tag: 'request', val: { repositories, number: '', ...known } };
}

/**
 * A change of something else.
 * @param {string} kind in a word: `bucket`, `chart-index`, `build`, `alert`
 * @param {Partial<import('./types.js').OtherChange>} [known]
 * @returns {Change}
 */
export function other(kind, known) {
  return { tag: 'other', val: { kind, locations: [], attributes: [], ...known } };
}
