// What stands behind the Maildir store's MailStore: the same questions, but every argument and answer is plain data that
// may cross from one thread to another.

import type { Result } from '#base/result.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type {
  AppendOutcome,
  AppendRequest,
  MailboxName,
  MailStore,
  PreparedFetch,
  PreparedPart,
  StoreRefusal,
} from '#mail/ports/mail-store.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';

/** A small message as it is sent; a large one as an open file, which whoever asked must close. */
export type OpenedMessage =
  | { readonly kind: 'octets'; readonly uid: number; readonly octets: Buffer }
  | { readonly kind: 'file'; readonly uid: number; readonly descriptor: number; readonly sizeBytes: number };

/** As many of the messages asked for as are read at once. */
export interface OpenedBatch {
  /** So many of the UIDs are answered for, those that are gone too; at least one. */
  readonly taken: number;
  readonly messages: readonly OpenedMessage[];
}

type PlainMethods = Pick<
  MailStore,
  | 'listMailboxes'
  | 'createMailbox'
  | 'deleteMailbox'
  | 'renameMailbox'
  | 'setSubscribed'
  | 'status'
  | 'quotaUsage'
  | 'openMailbox'
  | 'move'
  | 'changeFlags'
  | 'expunge'
  | 'refresh'
>;

/** One message on its way to some mailboxes, decided upon. */
export interface Delivery {
  /** The queue id. */
  readonly id: string;
  readonly arrivedMs: number;
  /** JSON. */
  readonly envelope: string;
  readonly content: MessageContent;
  readonly copies: readonly DeliveryCopy[];
  /** What leaves by the queue. */
  readonly queued?: QueuedMessage;
}

export interface DeliveryCopy {
  readonly account: AccountId;
  /** Made when missing. */
  readonly mailbox: MailboxName;
  readonly prefix: Buffer;
  readonly internalDateMs: number;
  readonly systemFlags: number;
  readonly keywords: readonly string[];
  readonly recipients: readonly string[];
}

export interface MaildirBackend extends PlainMethods {
  /** Resolves when what the journal of a former run promised is done. */
  ready(): Promise<void>;
  /** Resolves when the journal has it; filing is told of later. */
  commit(delivery: Delivery): Promise<void>;
  /** The queue has taken over what this message sends to others. */
  release(id: string): Promise<void>;
  /** `quotaBytes`: the account's limit, 0 for none. */
  append(
    account: AccountId,
    name: MailboxName,
    requests: readonly AppendRequest[],
    quotaBytes: number,
  ): Promise<Result<AppendOutcome, StoreRefusal>>;
  copy(
    account: AccountId,
    from: MailboxName,
    uids: Uint32Array,
    to: MailboxName,
    quotaBytes: number,
  ): ReturnType<MailStore['copy']>;
  prepareBatch(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    parts: readonly PreparedPart[],
    words?: readonly string[],
  ): Promise<PreparedFetch[]>;
  openBatch(account: AccountId, name: MailboxName, uids: Uint32Array, words?: readonly string[]): Promise<OpenedBatch>;
  /** Writes what is left for the indexes. */
  close(): Promise<void>;
}
