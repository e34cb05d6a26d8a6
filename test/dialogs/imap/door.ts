// The IMAP service over a world in memory: usuario1's INBOX holds four messages, usuario2 has none; passwords as below.
// `imap` begins in clear, `imaps` under TLS. Each dialog has a world of its own, which its clients share.

import { createLogin } from '#mail/login/login.ts';
import { SEEN } from '#mail/mailboxes/flags.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import { createMemoryStore } from '#platform/memory-store/memory-store.ts';
import { prepareOctets } from '#platform/message-index/prepare-octets.ts';
import { DEFAULT_IMAP_LIMITS, type ImapLimits } from '#services/imap/limits.ts';
import { type ImapDependencies, serveImap } from '#services/imap/serve.ts';
import { type FixedClock, fixedClock } from '../../world/clock.ts';
import { connectionPair, type PairClient, type PairOptions } from '../../world/connection-pair.ts';
import { type MemoryContentStore, memoryContent, memoryContentStore } from '../../world/content.ts';
import { type MemoryDirectory, memoryDirectory } from '../../world/directory.ts';
import { collectingJourneys } from '../../world/journeys.ts';
import { type CollectingLog, collectingLog } from '../../world/log.ts';
import { seededRandomness } from '../../world/randomness.ts';

export const USUARIO1 = 'usuario1@valija.test' as AccountId;

/** INBOX of usuario1: the first two are \Seen. Received a day after one another, from 1 November 2026 on. */
export const INBOX_MESSAGES = [
  'From: Ana <ana@example.com>\r\nTo: usuario1@valija.test\r\nSubject: one\r\nDate: Sun, 1 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@example.com>\r\n\r\nfirst body\r\n',
  'From: Blas <blas@example.com>\r\nTo: usuario1@valija.test\r\nSubject: =?utf-8?Q?Ma=C3=B1ana?=\r\nDate: Mon, 2 Nov 2026 10:00:00 +0100\r\n\r\nsegundo cuerpo\r\n',
  'From: Ana <ana@example.com>\r\nTo: usuario1@valija.test\r\nSubject: three\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nw4FyYm9sIHZlcmRl\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner body\r\n--b--\r\n',
  'Subject: four\r\n\r\nlast\r\n',
];

const INBOX_SINCE_MS = Date.UTC(2026, 10, 1, 9, 0, 0);
const DAY_MS = 86_400_000;

export interface ImapWorld {
  readonly store: MailStore;
  readonly directory: MemoryDirectory;
  readonly clock: FixedClock;
  readonly log: CollectingLog;
  readonly contentStore: MemoryContentStore;
  connect(options?: PairOptions, overrides?: Partial<ImapDependencies>): { client: PairClient; over: Promise<void> };
}

export const DIALOG_LIMITS: ImapLimits = { ...DEFAULT_IMAP_LIMITS, appendBytes: 10_000, idleRefreshMs: 50 };

export async function imapWorld(messages: readonly string[] = INBOX_MESSAGES): Promise<ImapWorld> {
  const clock = fixedClock();
  const log = collectingLog();
  const randomness = seededRandomness();
  const contentStore = memoryContentStore();
  const directory = memoryDirectory({
    domains: ['valija.test'],
    accounts: [
      { address: USUARIO1, password: 'two words' },
      { address: 'usuario2@valija.test', password: 'otra', quotaBytes: 20 },
    ],
  });
  const store = createMemoryStore({
    clock,
    randomness,
    prepare: prepareOctets,
    findQuotaBytes: async (account) => (await directory.findAccount(account))?.quotaBytes ?? 0,
  });
  const login = createLogin({
    authenticator: directory,
    clock,
    randomness,
    log,
    journeys: collectingJourneys(clock),
    delay: async () => undefined,
    scram: { decoySecret: Buffer.alloc(32), iterations: 64 },
  });
  await deliver(store, messages);
  const dependencies = {
    login,
    mailStore: store,
    contentStore,
    clock,
    log,
    version: '0.0',
    limits: DIALOG_LIMITS,
    delay: async () => undefined,
  };
  return {
    store,
    directory,
    clock,
    log,
    contentStore,
    connect(options = {}, overrides = {}) {
      const { server, client } = connectionPair(options);
      return { client, over: serveImap(server, { ...dependencies, ...overrides }) };
    },
  };
}

export async function deliver(store: MailStore, messages: readonly string[]): Promise<void> {
  const requests = messages.map((text, i) => ({
    content: memoryContent(Buffer.from(text)),
    prefix: Buffer.alloc(0),
    internalDateMs: INBOX_SINCE_MS + i * DAY_MS,
    systemFlags: i < 2 ? SEEN : 0,
    keywords: [],
    mode: 'deliver' as const,
  }));
  if (requests.length === 0) return;
  const appended = await store.append(USUARIO1, 'INBOX', requests);
  if (!appended.ok) throw new Error(appended.error.message);
}
