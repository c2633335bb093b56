// The functions of the host, as wit/provider.wit declares them. Where the contract has an error, they
// throw an `Error` with it as `payload`.

declare module 'bellpull:provider/delivery@0.1.0' {
  export function method(): string;
  export function query(name: string): string[];
  export function header(name: string): Uint8Array[];
  export function bodyLength(): number;
  export function body(offset: number, length: number): Uint8Array;
}

declare module 'bellpull:provider/document@0.1.0' {
  export function fromBody(): import('./types.js').Json;
  export function fromForm(field: string): import('./types.js').Json;
  export function fromBytes(bytes: Uint8Array): import('./types.js').Json;
  export function fromConfig(): import('./types.js').Json;
}

declare module 'bellpull:provider/credentials@0.1.0' {
  export function verifyHmac(key: string, algorithm: string, message: import('./types.js').Part[], mac: Uint8Array): boolean;
  export function matches(key: string): boolean;
}

declare module 'bellpull:provider/crypto@0.1.0' {
  export function verifySignature(
    key: import('./types.js').PublicKey,
    algorithm: string,
    message: import('./types.js').Part[],
    signature: Uint8Array,
  ): boolean;
}

declare module 'bellpull:provider/jwt@0.1.0' {
  export function verify(expect: import('./types.js').Expectation): import('./types.js').Json;
}

declare module 'bellpull:provider/fetch@0.1.0' {
  export function get(url: string): Uint8Array;
}

declare module 'bellpull:provider/clock@0.1.0' {
  export function now(): number;
}

declare module 'bellpull:provider/log@0.1.0' {
  export function write(level: import('./types.js').Level, message: string): void;
}
