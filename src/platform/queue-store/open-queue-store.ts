// The queue on the disk: `queue.db` for what is known of each message, `queue/` for octets. Octets are written and synced
// beside the thread, several at once; the thread gives them their names and commits the rows. docs/queue-states.md.

import { WorldError } from '#base/world-error.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { QueueFilter } from '#mail/ports/queue-admin.ts';
import type {
  DueDestination,
  DueMessages,
  DueRequest,
  QueueChange,
  QueuedEnvelope,
  QueueStore,
  RecipientChange,
  Remainder,
  StoredMessage,
} from '#mail/ports/queue-store.ts';
import type { TrackedRecipient } from '#mail/queue/recipient-progress.ts';
import { OctetFiles } from './octet-files.ts';
import type { QueuePlaces } from './open-database.ts';
import { messageRow, recipientRow } from './queue-row.ts';
import { ThreadLink } from './thread-link.ts';

/** Throws WorldError when there is no way to open it: the disk fails, or a newer version wrote it. */
export async function openQueueStore(places: QueuePlaces, nowMs: number, log: Log): Promise<QueueStore> {
  const files = makeFolder(places.folder);
  const link = new ThreadLink({ places, nowMs }, log);
  return new ThreadedQueueStore(link, files, await link.opened());
}

function makeFolder(folder: string): OctetFiles {
  try {
    return new OctetFiles(folder);
  } catch (cause) {
    throw new WorldError(`opening ${folder}`, { transient: false, cause });
  }
}

class ThreadedQueueStore implements QueueStore {
  readonly newestId: string;
  readonly #link: ThreadLink;
  readonly #files: OctetFiles;

  constructor(link: ThreadLink, files: OctetFiles, newestId: string) {
    this.#link = link;
    this.#files = files;
    this.newestId = newestId;
  }

  async keep(
    envelope: QueuedEnvelope,
    recipients: readonly TrackedRecipient[],
    content: MessageContent,
  ): Promise<void> {
    await this.#files.write(envelope.queueId, content);
    await this.#link.perform({
      kind: 'keep',
      message: messageRow(envelope, content.sizeBytes),
      recipients: recipients.map((tracked) => recipientRow(envelope, tracked)),
    });
  }

  finish(queueId: string, nowMs: number): Promise<void> {
    return this.#link.perform({ kind: 'finish', queueId, nowMs });
  }

  find(queueId: string): Promise<'kept' | 'finished' | undefined> {
    return this.#link.perform({ kind: 'find', queueId });
  }

  /** Killed before the octets are removed, the next start removes them. */
  async record(queueId: string, changes: readonly RecipientChange[], nowMs: number): Promise<Remainder | undefined> {
    const rest = await this.#link.perform<Remainder | undefined>({ kind: 'record', queueId, changes, nowMs });
    if (rest?.waiting === 0 && rest.unreported === 0) await this.#files.remove(queueId);
    return rest;
  }

  markWarned(queueId: string): Promise<void> {
    return this.#link.perform({ kind: 'mark-warned', queueId });
  }

  dueDestinations(limit: number): Promise<DueDestination[]> {
    return this.#link.perform({ kind: 'due-destinations', limit });
  }

  async loadDue(request: DueRequest): Promise<DueMessages> {
    const due = await this.#link.perform<DueMessages>({ kind: 'load-due', request });
    return { ...due, messages: due.messages.map(withBuffer) };
  }

  async load(queueId: string): Promise<StoredMessage | undefined> {
    const stored = await this.#link.perform<StoredMessage | undefined>({ kind: 'load', queueId });
    return stored && withBuffer(stored);
  }

  unreported(afterId: string, limit: number): Promise<string[]> {
    return this.#link.perform({ kind: 'unreported', afterId, limit });
  }

  unwarned(arrivedBeforeMs: number, limit: number): Promise<string[]> {
    return this.#link.perform({ kind: 'unwarned', arrivedBeforeMs, limit });
  }

  mendTimes(latestMs: number, nowMs: number): Promise<void> {
    return this.#link.perform({ kind: 'mend-times', latestMs, nowMs });
  }

  async openContent({ queueId, sizeBytes }: Pick<QueuedEnvelope, 'queueId' | 'sizeBytes'>): Promise<MessageContent> {
    const content = this.#files.open(queueId, sizeBytes);
    if (content !== undefined) return content;
    const reason = 'its octets are missing, or not all there';
    if ((await this.find(queueId)) === 'kept') await this.#link.perform({ kind: 'set-aside', queueId, reason });
    throw new WorldError(`reading ${queueId} of the queue`, { transient: false, cause: new Error(reason) });
  }

  async list(filter: QueueFilter, afterId: string, limit: number): Promise<StoredMessage[]> {
    const found = await this.#link.perform<StoredMessage[]>({ kind: 'list', filter, afterId, limit });
    return found.map(withBuffer);
  }

  count(): Promise<{ readonly messages: number; readonly held: number; readonly recipients: number }> {
    return this.#link.perform({ kind: 'count' });
  }

  async change(queueIds: readonly string[], change: QueueChange): Promise<string[]> {
    const changed = await this.#link.perform<string[]>({ kind: 'change', queueIds, change });
    if (change.kind === 'delete') for (const queueId of changed) await this.#files.remove(queueId);
    return changed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#link.close();
  }
}

/** Between threads a Buffer becomes a bare array of octets. */
function withBuffer(message: StoredMessage): StoredMessage {
  const { prefix } = message.envelope;
  return {
    ...message,
    envelope: { ...message.envelope, prefix: Buffer.from(prefix.buffer, prefix.byteOffset, prefix.byteLength) },
  };
}
