/**
 * The error that the contract says a function of the host gives. It is thrown as the `payload` of an
 * `Error`.
 * @param {unknown} error
 */
export function payloadOf(error) {
  if (error instanceof Error && 'payload' in error) {
    return /** @type {any} */ (error.payload);
  }
  throw error;
}
