// The POP3 service over a world in memory: usuario1 with three messages, usuario2 with none, passwords as below.

import { createLogin } from '#mail/login/login.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import { createMemoryStore } from '#platform/memory-store/memory-store.ts';
import { createMaildropLocks } from '#services/pop3/maildrop-locks.ts';
import { type Pop3Dependencies, servePop3 } from '#services/pop3/serve.ts';
import { type FixedClock, fixedClock } from '../../world/clock.ts';
import { connectionPair, type PairClient, type PairOptions } from '../../world/connection-pair.ts';
import { memoryContent } from '../../world/content.ts';
import { type MemoryDirectory, memoryDirectory } from '../../world/directory.ts';
import { type CollectingJourneys, collectingJourneys } from '../../world/journeys.ts';
import { type CollectingLog, collectingLog } from '../../world/log.ts';
import { seededRandomness } from '../../world/randomness.ts';

export const USUARIO1 = 'usuario1@valija.test' as AccountId;

export const MESSAGES = [
  'Subject: one\r\n\r\nfirst\r\nsecond\r\nthird\r\n',
  'Subject: two\r\n\r\n.\r\n..dots\r\nend.\r\n',
  'Subject: three\r\n\r\nno line end',
];

export interface Pop3World {
  readonly store: MailStore;
  readonly directory: MemoryDirectory;
  readonly clock: FixedClock;
  readonly log: CollectingLog;
  readonly journeys: CollectingJourneys;
  /** What the service is given. */
  readonly dependencies: Pop3Dependencies;
  connect(options?: PairOptions, overrides?: Partial<Pop3Dependencies>): { client: PairClient; over: Promise<void> };
}

export interface Pop3WorldOptions {
  readonly messages?: readonly string[];
  /** How refusals are held back; by default they are not. */
  readonly delay?: (ms: number) => Promise<void>;
}

export async function pop3World(options: Pop3WorldOptions = {}): Promise<Pop3World> {
  const { messages = MESSAGES, delay = async () => undefined } = options;
  const clock = fixedClock();
  const log = collectingLog();
  const journeys = collectingJourneys(clock);
  const randomness = seededRandomness();
  const directory = memoryDirectory({
    domains: ['valija.test'],
    accounts: [
      { address: USUARIO1, password: 'two words' },
      { address: 'usuario2@valija.test', password: 'otra' },
    ],
  });
  const prepare = () => ({ envelope: Buffer.alloc(0), bodyStructure: Buffer.alloc(0), header: undefined });
  const store = createMemoryStore({ clock, randomness, prepare });
  await deliver(store, messages);
  const login = createLogin({
    authenticator: directory,
    clock,
    randomness,
    log,
    journeys,
    delay,
    scram: { decoySecret: Buffer.alloc(32), iterations: 64 },
  });
  const locks = createMaildropLocks();
  const dependencies: Pop3Dependencies = {
    login,
    mailStore: store,
    log,
    locks,
    clock,
    delay,
    hostname: 'mail.valija.test',
  };
  return {
    store,
    directory,
    clock,
    log,
    journeys,
    dependencies,
    connect(options = {}, overrides = {}) {
      const { server, client } = connectionPair(options);
      return { client, over: servePop3(server, { ...dependencies, ...overrides }) };
    },
  };
}

export async function deliver(store: MailStore, messages: readonly string[]): Promise<void> {
  const requests = messages.map((text) => ({
    content: memoryContent(Buffer.from(text)),
    prefix: Buffer.alloc(0),
    internalDateMs: 0,
    systemFlags: 0,
    keywords: [],
    mode: 'deliver' as const,
  }));
  const appended = await store.append(USUARIO1, 'INBOX', requests);
  if (!appended.ok) throw new Error(appended.error.message);
}
