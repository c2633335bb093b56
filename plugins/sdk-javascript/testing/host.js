/** The functions of the host outside of a component. */

const only = (name) => () => {
  throw new Error(`${name} asks the host, which is there only in a component: test a pure function`);
};

export const method = only('method');
export const query = only('query');
export const header = only('header');
export const bodyLength = only('bodyLength');
export const body = only('body');
export const fromBody = only('fromBody');
export const fromForm = only('fromForm');
export const fromBytes = only('fromBytes');
export const fromConfig = only('fromConfig');
export const verifyHmac = only('verifyHmac');
export const matches = only('matches');
export const verifySignature = only('verifySignature');
export const verify = only('verify');
export const get = only('get');
export const now = only('now');
export const write = only('write');
