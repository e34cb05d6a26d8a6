// What the machine of one conversation is given once and keeps.

import type { Credentials } from './login.ts';

export interface ClientSetting {
  readonly protocol: 'smtp' | 'lmtp';
  /** How we call ourselves: Postfix's `smtp_helo_name`. */
  readonly heloName: string;
  readonly startTls: 'never' | 'if-offered' | 'required';
  /** Used where the server offers AUTH. */
  readonly credentials: Credentials | undefined;
  /** Whether a mechanism that shows the password to who listens may be used, in clear and under TLS. */
  readonly mayRevealPassword: { readonly inClear: boolean; readonly underTls: boolean };
  /** For SCRAM: printable ASCII without commas, fresh for every conversation. */
  readonly nonce: string;
  /** Lower case. A server that calls itself so is ourselves; empty where that is no matter. */
  readonly ownNames: ReadonlySet<string>;
}
