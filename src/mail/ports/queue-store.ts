// The queue on stable storage: messages that must wait, and for a while the ids of those that are gone. When a promise
// of a change resolves, the change survives a power cut. All throw WorldError when the disk fails; a message that
// cannot be read is set aside and reported by the store itself, and is then not there. docs/queue-states.md.

import type { QueuedMessage } from '#mail/queue/queued-message.ts';
import type { RecipientProgress, TrackedRecipient } from '#mail/queue/recipient-progress.ts';
import type { MessageContent } from './message-content.ts';
import type { QueueFilter } from './queue-admin.ts';

export type QueuedEnvelope = Omit<QueuedMessage, 'recipients'>;

/** A kept message, with those of its recipients that were asked for. */
export interface StoredMessage {
  readonly envelope: QueuedEnvelope;
  readonly held: boolean;
  readonly recipients: readonly TrackedRecipient[];
}

export interface RecipientChange {
  readonly number: number;
  readonly progress: RecipientProgress;
}

/** What is left of a message after a change; with nothing left it is gone, and its id remembered. */
export interface Remainder {
  readonly waiting: number;
  readonly unreported: number;
}

export interface DueDestination {
  readonly destination: string;
  /** The earliest of its waiting recipients. */
  readonly dueMs: number;
}

export interface DueRequest {
  readonly destination: string;
  readonly nowMs: number;
  /** Recipients, at most; origins share them. */
  readonly limit: number;
  /** Messages in memory already. */
  readonly exceptIds: readonly string[];
  /** Origins behind this one come first, in their order. */
  readonly afterOrigin: string;
  /** Only messages that arrived earlier than this. */
  readonly arrivedBeforeMs?: number;
}

export interface DueMessages {
  readonly messages: readonly StoredMessage[];
  /** For the next request. */
  readonly lastOrigin: string;
  /** There may be more that is due. */
  readonly hasMore: boolean;
}

/** What an administrator does to messages, by their ids. */
export type QueueChange =
  | { readonly kind: 'hold' }
  | { readonly kind: 'release'; readonly nowMs: number }
  | { readonly kind: 'retry'; readonly nowMs: number }
  | { readonly kind: 'delete'; readonly nowMs: number };

export interface QueueStore extends AsyncDisposable {
  /** No id above this one was known when the store was opened: a message with such an id is a new one. */
  readonly newestId: string;

  /** Keeps a message, on hold where it says so; one that is kept already stays as it is. The content stays the caller's. */
  keep(message: QueuedEnvelope, recipients: readonly TrackedRecipient[], content: MessageContent): Promise<void>;
  /** Remembers the end of a message that was never kept. */
  finish(queueId: string, nowMs: number): Promise<void>;
  find(queueId: string): Promise<'kept' | 'finished' | undefined>;

  /**
   * The only way on for a kept message's recipients. Nothing left: row and octets go, the id is remembered. `undefined`:
   * it was deleted, or set aside.
   */
  record(queueId: string, changes: readonly RecipientChange[], nowMs: number): Promise<Remainder | undefined>;
  /** The sender was told that it is late: once is enough. */
  markWarned(queueId: string): Promise<void>;

  /** Destinations with waiting recipients that are not on hold, earliest first, at most `limit`. */
  dueDestinations(limit: number): Promise<DueDestination[]>;
  loadDue(request: DueRequest): Promise<DueMessages>;
  /** All its recipients that are not done. */
  load(queueId: string): Promise<StoredMessage | undefined>;
  /** Ids of messages with recipients whose end the sender was not told, behind `afterId`. */
  unreported(afterId: string, limit: number): Promise<string[]>;
  /** Ids of tried messages that wait since before `arrivedBeforeMs`, and whose senders were not told so. */
  unwarned(arrivedBeforeMs: number, limit: number): Promise<string[]>;
  /** Nobody waits longer than that, whatever the clock was when the time was written. */
  mendTimes(latestMs: number, nowMs: number): Promise<void>;
  /** Throws WorldError where the octets are damaged; the message is then set aside. */
  openContent(message: Pick<QueuedEnvelope, 'queueId' | 'sizeBytes'>): Promise<MessageContent>;

  /** In the order of their ids, which is that of time, behind `afterId`. */
  list(filter: QueueFilter, afterId: string, limit: number): Promise<StoredMessage[]>;
  count(): Promise<{ readonly messages: number; readonly held: number; readonly recipients: number }>;
  /** The ids of those that it changed. */
  change(queueIds: readonly string[], change: QueueChange): Promise<string[]>;
}
