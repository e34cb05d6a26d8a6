// What the parts of the mail store's contract share: requests made short, answers unwrapped.

import assert from 'node:assert/strict';
import type { Result } from '#base/result.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type {
  AppendRequest,
  FlagChange,
  FlagChangeOutcome,
  MailboxName,
  MailboxSnapshot,
  MailStore,
  PreparedFetch,
  PreparedPart,
} from '#mail/ports/mail-store.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';

/** Made once per store kind; each test takes a fresh account. */
export interface ContractWorld {
  store(): MailStore;
  newAccount(): AccountId;
  /** What the store makes of a message for FETCH. */
  prepare(message: Buffer): Preparation;
}

/** Every account may hold this much. */
export const CONTRACT_QUOTA_BYTES = 10_000_000;

type Preparation = Omit<PreparedFetch, 'uid'>;

/** A message that begins with `long` has a header that is not kept at hand. */
export const contractPreparation = (message: Buffer): Preparation => ({
  envelope: Buffer.from(`E${message.length}`),
  bodyStructure: Buffer.from(`B${message.length}`),
  header: message.subarray(0, 4).equals(Buffer.from('long')) ? undefined : Buffer.from(`H${message.length}`),
});

export const HELLO = 'Subject: hello\r\n\r\nHello\r\n';

/** Octets in memory: the contract stands above the implementations and borrows from none. */
function contentOf(octets: Buffer): MessageContent {
  return {
    sizeBytes: octets.length,
    read: async (offset, lengthBytes) => octets.subarray(offset, offset + lengthBytes),
    async *stream() {
      yield octets;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

export function request(text: string | Buffer, overrides: Partial<AppendRequest> = {}): AppendRequest {
  return {
    content: contentOf(typeof text === 'string' ? Buffer.from(text, 'latin1') : text),
    prefix: Buffer.alloc(0),
    internalDateMs: 1_700_000_000_000,
    systemFlags: 0,
    keywords: [],
    mode: 'append',
    ...overrides,
  };
}

export async function appendText(
  store: MailStore,
  account: AccountId,
  name: MailboxName,
  text: string | Buffer,
  overrides: Partial<AppendRequest> = {},
): Promise<{ uids: readonly number[] }> {
  return value(await store.append(account, name, [request(text, overrides)]));
}

export async function openBox(store: MailStore, account: AccountId, name: MailboxName): Promise<MailboxSnapshot> {
  return value(await store.openMailbox(account, name, 'read-only'));
}

export async function change(
  store: MailStore,
  account: AccountId,
  uids: number[],
  wanted: Partial<FlagChange> & Pick<FlagChange, 'mode'>,
): Promise<FlagChangeOutcome> {
  const full = { systemFlags: 0, keywords: [], unchangedSinceModSeq: undefined, ...wanted };
  return value(await store.changeFlags(account, 'INBOX', Uint32Array.from(uids), full));
}

export async function flagsOf(
  store: MailStore,
  account: AccountId,
  name = 'INBOX',
): Promise<(readonly [uid: number, systemFlags: number, keywords: string])[]> {
  const { columns, keywords } = await openBox(store, account, name);
  return [...columns.uids].map((uid, i) => {
    const flags = columns.flags[i]!;
    const names = keywords.filter((_, k) => (flags & (1 << (5 + k))) !== 0);
    return [uid, flags & 31, names.sort().join(' ')] as const;
  });
}

export async function readText(store: MailStore, account: AccountId, name: MailboxName, uid: number): Promise<string> {
  await using content = await store.openMessage(account, name, uid);
  assert.ok(content, `no message ${uid} in ${name}`);
  return (await content.read(0, content.sizeBytes + 1)).toString('latin1');
}

export async function prepared(
  store: MailStore,
  account: AccountId,
  name: MailboxName,
  uids: number[],
  parts: readonly PreparedPart[] = ['envelope', 'bodyStructure'],
): Promise<string[]> {
  const lines: string[] = [];
  for await (const one of store.prepareFetch(account, name, Uint32Array.from(uids), parts)) {
    lines.push([one.uid, ...PARTS.flatMap((part) => one[part]?.toString() ?? [])].join(' '));
  }
  return lines;
}

const PARTS = ['envelope', 'bodyStructure', 'header'] as const;

/** `UID octets`, as far as they are asked for. */
export async function readMany(
  store: MailStore,
  account: AccountId,
  name: MailboxName,
  uids: readonly number[],
  most = uids.length,
): Promise<string[]> {
  const texts: string[] = [];
  if (most === 0) return texts;
  for await (const { uid, content } of store.openMessages(account, name, Uint32Array.from(uids))) {
    texts.push(`${uid} ${(await content.read(0, content.sizeBytes)).toString('latin1')}`);
    if (texts.length === most) break;
  }
  return texts;
}

export async function existing(store: MailStore, account: AccountId): Promise<string[]> {
  return (await store.listMailboxes(account)).filter(({ exists }) => exists).map(({ name }) => name);
}

/** Events come after the call that made them; a later call's answer comes after them. */
export async function settle(store: MailStore, account: AccountId): Promise<void> {
  await store.listMailboxes(account);
  await new Promise((resolve) => setImmediate(resolve));
}

export function value<T>(result: Result<T, { code: string; message: string }>): T {
  assert.ok(result.ok, result.ok ? '' : `${result.error.code}: ${result.error.message}`);
  return result.value;
}

export function refusal(result: Result<unknown, { code: string; message: string }>): string {
  assert.ok(!result.ok, 'was not refused');
  assert.notEqual(result.error.message, '');
  return result.error.code;
}
