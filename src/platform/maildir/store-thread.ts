// The store's thread: the Maildir core behind a message port. Its short file operations and its databases may block here;
// the main thread goes on serving.

import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { readInPieces } from '#base/read-in-pieces.ts';
import { unreachable } from '#base/unreachable.ts';
import type { AppendRequest } from '#mail/ports/mail-store.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { fileContent } from '#platform/files/file-content.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { sharedContent } from '#platform/files/shared-content.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { giveBackAtRest } from '#platform/machine/rest.ts';
import { prepareOctets } from '#platform/message-index/prepare-octets.ts';
import { accountPath } from './account-home.ts';
import { CommitMemory } from './commit-memory.ts';
import type { Delivery } from './maildir-backend.ts';
import { MaildirCore } from './maildir-core.ts';
import { type UnpackedCommit, unpackCommits } from './packed-commits.ts';
import type { PromisedBody } from './promised-mail.ts';
import {
  type ContentElsewhere,
  type FromThread,
  fromPlainFailure,
  ownOctets,
  type PlainAppend,
  type PlainBody,
  packBatch,
  packFetches,
  type StoreCall,
  type StoreThreadData,
  type ToThread,
  toPlainFailure,
} from './store-messages.ts';

if (parentPort === null) throw new Error('store-thread.ts runs as a thread only');
const port = parentPort;
const { base, indexBase, journalFolder, reserve, alsoWritten, sharedMemory } = workerData as StoreThreadData;

const core = new MaildirCore({
  clock: { nowMs: () => Date.now() },
  randomness: systemRandomness,
  log: { write: (level, area, text, fields = {}) => say({ kind: 'log', level, area, text, fields }) },
  prepare: prepareOctets,
  accountHome: (account) => join(base, accountPath(account)),
  // As Postfix's and Dovecot's tutorials have it: the server's group may look, for backups and the like.
  homeMode: 0o750,
  accountIndex: (account) => join(indexBase, `${accountPath(account)}.db`),
  publish: (account, name, change) => say({ kind: 'change', account, name, change }),
  filed: (id, copies) => {
    commitMemory.release(id);
    say({ kind: 'filed', id, copies });
  },
  offered: (message, body) => {
    const { queueId, prefix } = message;
    if (committing.has(queueId)) say({ kind: 'offer', queueId, file: body.kind === 'file' ? body : undefined });
    else say({ kind: 'offer-again', message: { ...message, prefix: ownOctets(prefix) }, body: toPlainBody(body) });
  },
  journal: { folder: journalFolder, mailBase: base, reserve, alsoWritten },
});

const STREAM_BYTES = 256 * 1024;
const waitingPieces = new Map<number, { resolve(octets: Buffer): void; reject(cause: Error): void }>();
let lastRead = 0;
/** Messages to be sent: the main thread keeps them until it is answered. */
const committing = new Set<string>();
const commitMemory = new CommitMemory();
const unsaid: FromThread[] = [];
const unsaidMemory: ArrayBuffer[] = [];

giveBackAtRest();
port.on('message', (messages: readonly ToThread[]) => {
  for (const message of messages) hear(message);
});

function hear(message: ToThread): void {
  switch (message.kind) {
    case 'call':
      answer(message.id, perform(message.call));
      return;
    case 'commits':
      commitAll(unpackCommits(message, toContent), message.octets.buffer);
      return;
    case 'release':
      void core.release(message.queueId);
      return;
    case 'piece':
      waitingPieces.get(message.id)?.resolve(Buffer.from(message.octets.buffer));
      waitingPieces.delete(message.id);
      return;
    case 'no-piece':
      waitingPieces.get(message.id)?.reject(fromPlainFailure(message.failure));
      waitingPieces.delete(message.id);
      return;
    default:
      unreachable(message);
  }
}

function answer(id: number, work: Promise<unknown>): void {
  work.then(
    (value) => say({ kind: 'answer', id, value }, memoryOf(value)),
    (cause) => say({ kind: 'failure', id, failure: toPlainFailure(cause) }),
  );
}

async function perform(call: StoreCall): Promise<unknown> {
  switch (call.method) {
    case 'append': {
      const [account, name, requests, quotaBytes] = call.args;
      return core.append(account, name, requests.map(toRequest), quotaBytes);
    }
    case 'prepareBatch':
      return packFetches(await core.prepareBatch(...call.args));
    case 'openBatch':
      return packBatch(await core.openBatch(...call.args));
    default: {
      // Method and arguments belong together by the type of the call; the compiler loses it at the union.
      const method = core[call.method] as (...args: readonly unknown[]) => Promise<unknown>;
      return method.apply(core, [...call.args]);
    }
  }
}

function commitAll(commits: readonly UnpackedCommit[], memory: ArrayBuffer): void {
  commitMemory.hold(
    commits.map(({ delivery }) => delivery.id),
    memory,
  );
  for (const { callId, delivery } of commits) answer(callId, commit(delivery));
}

async function commit(delivery: Delivery): Promise<void> {
  const { id, queued } = delivery;
  if (queued !== undefined) committing.add(id);
  try {
    await core.commit(delivery);
  } catch (cause) {
    commitMemory.release(id);
    throw cause;
  } finally {
    committing.delete(id);
  }
}

/** All that is said in one turn goes together: fifty promises of one sync are one message. */
function say(message: FromThread, memory: readonly ArrayBuffer[] = []): void {
  if (unsaid.length === 0) process.nextTick(sayAll);
  unsaid.push(message);
  unsaidMemory.push(...memory);
}

function sayAll(): void {
  port.postMessage(unsaid.splice(0), unsaidMemory.splice(0));
}

/** The columns of an answer are its own: they change threads without being copied. */
function memoryOf(value: unknown, depth = 0): ArrayBuffer[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 4) return [];
  if (ArrayBuffer.isView(value)) return value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
  return Object.values(value).flatMap((each) => memoryOf(each, depth + 1));
}

function toRequest({ content, prefix, ...rest }: PlainAppend): AppendRequest {
  return {
    ...rest,
    prefix: toBuffer(prefix),
    content: toContent(content.kind === 'octets' ? toBuffer(content.octets) : content),
  };
}

function toPlainBody(body: PromisedBody): PlainBody {
  return body.kind === 'octets' ? { kind: 'octets', octets: ownOctets(body.octets) } : body;
}

function toBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function toContent(content: Buffer | ContentElsewhere): MessageContent {
  if (Buffer.isBuffer(content)) return memoryContent(content);
  if (content.kind === 'file') return fileContent(content.path, content.sizeBytes);
  if (content.kind === 'shared') {
    const pieces = content.ranges.map((range) => Buffer.from(sharedMemory, ...range));
    return sharedContent(pieces, content.sizeBytes);
  }
  const { contentId, sizeBytes } = content;
  const read = (offset: number, lengthBytes: number): Promise<Buffer> => {
    const id = ++lastRead;
    return new Promise((resolve, reject) => {
      waitingPieces.set(id, { resolve, reject });
      say({ kind: 'read', id, contentId, offset, lengthBytes });
    });
  };
  return {
    sizeBytes,
    read,
    stream: () => readInPieces(sizeBytes, STREAM_BYTES, read),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
