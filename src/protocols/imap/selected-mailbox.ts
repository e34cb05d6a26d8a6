// The mailbox that a session has selected. RFC 3501 §3.3.

import type { MailboxView } from './mailbox-view.ts';

export type Access = 'read-write' | 'read-only';

/** The one thing in the state that changes in place: a hundred thousand messages are not copied at each step. */
export interface SelectedMailbox {
  readonly name: string;
  readonly access: Access;
  readonly uidValidity: number;
  readonly view: MailboxView;
  /** It was deleted, or its UIDs are no longer valid: the session ends at the client's next move. */
  readonly lost: boolean;
}
