// What a kind of source must know how to do: questions to one file, server or database. What the answers mean, how long they
// hold and how a password is tried, is the same for all (`lookup-source.ts`).

import type { Fields } from '#mail/directory-sources/account-fields.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';

export interface LoginAnswer {
  readonly fields: Fields;
  /** Where the server itself tries passwords: the name to try one with. */
  readonly bindName?: string;
}

export interface ListedAnswer {
  readonly address: AddrSpec;
  readonly fields: Fields;
  readonly problem: string | undefined;
}

/** All throw WorldError when the source cannot be asked, or answers what it must not. */
export interface Backend extends AsyncDisposable {
  /** Who may log in by this address, and by what. */
  findLogin(address: AddrSpec): Promise<LoginAnswer | undefined>;
  /** Whose mail comes to this address. */
  findUser(address: AddrSpec): Promise<Fields | undefined>;
  /** Where mail to this address goes, as texts. */
  findAlias?(address: AddrSpec): Promise<readonly string[] | undefined>;
  /** Whether the server lets in who has this name and secret. */
  bind?(name: string, secret: string): Promise<boolean>;
  /** Absent where the settings name all its domains. */
  listDomains?(): Promise<readonly string[]>;
  /**
   * In these domains; who wants the first alone asks for no more. Gives the event loop its turns. Absent where the settings do
   * not say how to ask.
   */
  list?(domains: readonly string[]): AsyncIterable<ListedAnswer>;
  /** True when it was set; false where there is no such account. */
  setPasswordHash?(address: AddrSpec, hash: string): Promise<boolean>;
}
