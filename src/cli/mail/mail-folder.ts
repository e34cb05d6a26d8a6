// What a folder of messages must do for the reader: mbox files and Maildirs both can. All that is read of it stands in the
// scratch file; the folder itself is touched only when it is left.

import type { StoredMessage } from './listed-message.ts';
import type { OctetRange, ScratchFile } from './scratch-file.ts';

export type Outcome =
  | { readonly kind: 'removed' }
  | { readonly kind: 'marked'; readonly isRead: boolean; readonly isOld: boolean }
  /** Changed with an editor; `range` is of the scratch file. */
  | { readonly kind: 'rewritten'; readonly range: OctetRange; readonly isRead: boolean; readonly isOld: boolean };

export interface MailFolder extends Disposable {
  readonly path: string;
  readonly isReadOnly: boolean;
  /** Messages that were read stay in it, whatever it is: each has a file of its own there. */
  readonly keepsRead: boolean;
  readonly scratch: ScratchFile;
  /** Those not read before; the first time all. */
  readNew(): Promise<readonly StoredMessage[]>;
  /** The folder for oneself, until it is disposed of. */
  lock(): Promise<LockedFolder>;
}

export interface LockedFolder extends AsyncDisposable {
  /** Something came that was not read. */
  readonly hasNewMail: boolean;
  /** False where another program took the message away meanwhile. */
  has(message: StoredMessage): boolean;
  /** Durable when it resolves; when it throws, nothing is lost. */
  settle(outcomes: ReadonlyMap<StoredMessage, Outcome>): Promise<void>;
}
