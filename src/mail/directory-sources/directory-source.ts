// Where accounts live beside the embedded directory: passwd-files, LDAP, SQL. A source is asked for exact addresses; which
// ones are tried for a recipient or a login, and in which order the sources are asked, is decided in front of it
// (platform/directory-sources). Throws WorldError when it cannot be asked: the answer is then «later», never «unknown».

import type { Result } from '#base/result.ts';
import type { PasswordCheck, ScramAnswer, ScramQuestion } from '#mail/ports/authenticator.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';

export type SourceEntry =
  | { readonly kind: 'account'; readonly account: Account }
  | { readonly kind: 'alias'; readonly targets: readonly AddrSpec[] };

/** An account as a list shows it. */
export interface SourceRecord {
  readonly account: Account;
  /** Of its password, where that can be seen. */
  readonly passwordScheme: string | undefined;
  /** Why it cannot be used as it stands, and what to do. */
  readonly problem: string | undefined;
}

export interface DirectorySource extends AsyncDisposable {
  /** As the settings call it. */
  readonly name: string;
  /** Whether mail goes by it; else it only says who may log in. */
  readonly hostsMail: boolean;
  /** In lower case; `'hosted'`: those of the embedded directory. Throws WorldError while it cannot be known. */
  findDomains(): Promise<ReadonlySet<string> | 'hosted'>;
  /** Exactly this address; an empty local part asks who gets what nobody else in the domain gets. */
  find(address: AddrSpec): Promise<SourceEntry | undefined>;
  /** `unknown-account`: another source may know it. */
  checkPassword(address: AddrSpec, password: string): Promise<PasswordCheck>;
  /** The same of `unknown-account`. */
  findScramKeys(address: AddrSpec, question: ScramQuestion): Promise<ScramAnswer>;
  /** Absent where the source cannot say whom it has. */
  list?(): Promise<readonly SourceRecord[]>;
  /** Who stands first in the list, and is not disabled; for a while the same. */
  findFirst(domain: string | undefined): Promise<Account | undefined>;
  show(address: AddrSpec): Promise<SourceRecord | undefined>;
  /** Another password, as a hash with its scheme in braces. Absent where passwords are changed elsewhere. */
  setPasswordHash?(address: AddrSpec, hash: string): Promise<Result<SourceRecord, Refusal>>;
}
