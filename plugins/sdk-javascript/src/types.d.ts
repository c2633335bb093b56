// The records of the contract, wit/provider.wit, which says what each member means. What is optional
// there may be left out here.

export type Pair = [name: string, text: string];
export type Level = 'debug' | 'info' | 'warn';

export interface Source { kind: string; arguments: string[] }
export interface Piece { kind: string; arguments: string[] }
export type Part = { tag: 'piece'; val: Piece } | { tag: 'bytes'; val: Uint8Array };
export interface Problem { at: string; message: string }

export interface Description {
  providers: string[];
  version: string;
  documentation: string;
  events: string[];
  credentialKeys: string[];
  settingKeys: string[];
  configSchema: string;
  fetchHosts: string[];
  extensions: Pair[];
}

export interface Credential {
  key: string;
  encoding: string;
  proves: boolean;
  presented: Source[];
  extensions: Pair[];
}

export interface Binding {
  authentication: string;
  credentials: Credential[];
  methods: string[];
  tokens: Source[];
  issuers: string[];
  parsesBeforeVerify: boolean;
  answersHandshakes: boolean;
  warnings: string[];
  extensions: Pair[];
}

export interface Receiver {
  provider: string;
  events: string[];
  keys: string[];
  settings: Pair[];
  extensions: Pair[];
}

export type Paths =
  | { tag: 'unknown' }
  | { tag: 'complete'; val: string[] }
  | { tag: 'truncated'; val: string[] };

export interface GitChange {
  repositories: string[];
  ref?: string;
  before?: string;
  after?: string;
  deleted: boolean;
  paths: Paths;
}

export interface ArtifactChange {
  repositories: string[];
  tag?: string;
  digest?: string;
  deleted: boolean;
}

export interface RequestChange {
  repositories: string[];
  number: string;
  source?: string;
  target?: string;
  head?: string;
  action?: string;
  merged?: boolean;
  draft?: boolean;
  labels?: string[];
}

export interface OtherChange {
  kind: string;
  locations: string[];
  name?: string;
  revision?: string;
  attributes: Pair[];
}

export type Change =
  | { tag: 'git'; val: GitChange }
  | { tag: 'artifact'; val: ArtifactChange }
  | { tag: 'request'; val: RequestChange }
  | { tag: 'other'; val: OtherChange };

export interface Event {
  kind: string;
  action?: string;
  changes: Change[];
  payload?: string;
  extensions: Pair[];
}

export interface Acceptance {
  events: Event[];
  complete: boolean;
  deliveryId?: string;
  signedAt?: string;
}

export interface Disinterest { class: string; reason: string; event?: Event }
export interface ReplyMac { key: string; algorithm: string; encoding: string; message: Part[] }
export type ReplyPart = { tag: 'bytes'; val: Uint8Array } | { tag: 'mac'; val: ReplyMac };
export interface Response { status: number; headers: Pair[]; body: ReplyPart[]; extensions: Pair[] }

export type Verdict =
  | { tag: 'accept'; val: Acceptance }
  | { tag: 'ignore'; val: Disinterest }
  | { tag: 'reply'; val: Response };

export interface Refusal {
  tag: 'unauthenticated' | 'malformed' | 'stale' | 'unavailable' | 'misconfigured';
  val: string;
}

export type Value =
  | { tag: 'missing' | 'null' }
  | { tag: 'boolean'; val: boolean }
  | { tag: 'number' | 'text' | 'json'; val: string };

export interface Json { select(pointers: string[]): Value[][] }
export interface PublicKey { kind: string; key: Uint8Array }
export interface Expectation { issuers: string[]; audiences: string[] }
