const HOST = new URL('./host.js', import.meta.url).href;

/** The interfaces of the host are one module here. */
export async function resolve(specifier, context, nextResolve) {
  if (specifier.startsWith('bellpull:provider/')) {
    return { url: HOST, shortCircuit: true };
  }
  return nextResolve(specifier, context);
}
