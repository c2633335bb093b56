/**
 * What a component is. What is left out is empty: no events, no credentials, no `spec.config`, nothing
 * to fetch.
 *
 * @param {string} provider the name that `spec.type` may say
 * @param {string} version the component's own
 * @param {Partial<import('./types.js').Description>} [rest] only keys in `credentialKeys` can be checked
 * @returns {import('./types.js').Description}
 */
export function description(provider, version, rest) {
  return {
    providers: [provider],
    version,
    documentation: '',
    events: [],
    credentialKeys: [],
    settingKeys: [],
    configSchema: '',
    fetchHosts: [],
    extensions: [],
    ...rest,
  };
}
