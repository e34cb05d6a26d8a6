// What makes a server dangerous to others, by the names that `accept_danger` may say, and one place in the settings where
// it was found.

export const DANGERS = [
  'open_relay',
  'translating_gateway',
  'backscatter',
  'clear_text_login',
  'smuggling',
  'starttls_injection',
] as const satisfies readonly string[];

export type Danger = (typeof DANGERS)[number];

/** Which words tell of it: one for each way into a danger. */
export type DangerPhrase =
  | 'trusts-the-world'
  | 'believes-any-proxy'
  | 'relays-for-all-below'
  | 'relays-for-whatever'
  | 'permits-strangers'
  | 'never-refuses-strangers'
  | 'trusts-the-gateway'
  | 'takes-unknown-recipients'
  | 'accepts-unlisted-recipients'
  | 'takes-unknown-names';

export interface DangerFinding {
  readonly danger: Danger;
  readonly phrase: DangerPhrase;
  /** `['mynetworks']`, `['listen', 0, 'haproxy_trusted_networks']`. */
  readonly path: readonly PropertyKey[];
  /** The part of the setting that does it, as it is written there. */
  readonly element: string;
}
