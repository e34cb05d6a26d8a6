// Every dialog against the whole server, over sockets and TLS. The SMTP dialogs leave nothing behind that another would
// trip over and share one server; those of IMAP and POP3 count messages and each has a server on a fresh copy of the
// state that the dialog expects.

import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SEEN } from '#mail/mailboxes/flags.ts';
import type { ServiceName } from '#platform/config/schema.ts';
import { INBOX_MESSAGES } from '../dialogs/imap/door.ts';
import { MESSAGES } from '../dialogs/pop3/door.ts';
import { runDialog } from '../world/dialog.ts';
import { type Dialog, readDialog } from '../world/dialog-language.ts';
import {
  makeState,
  ONLY_STRANGERS,
  type RunningServer,
  type ServerOptions,
  startServer,
} from '../world/running-server.ts';
import { connectSocket } from '../world/socket-client.ts';

const DIALOGS = join(import.meta.dirname, '../dialogs');
/** As the messages of the IMAP dialogs have it: one a day. */
const INBOX_SINCE_MS = Date.UTC(2026, 10, 1, 9);
const DAY_MS = 86_400_000;
/** A refused login is held back for two seconds, and a machine under load takes its time. */
const STEP_TIMEOUT_MS = 60_000;
const AT_ONCE = 3;

/** In memory only: over a network, octets behind STARTTLS that come late are a broken handshake, and not always late. */
const DEPENDS_ON_SEGMENTS = 'starttls-byte-by-byte.dialog';

const IMAP: ServerOptions = {
  settings: 'message_size_limit = 10000',
  accounts: [
    {
      address: 'usuario1@valija.test',
      password: 'two words',
      inbox: INBOX_MESSAGES.map((text, i) => ({
        text,
        internalDateMs: INBOX_SINCE_MS + i * DAY_MS,
        systemFlags: i < 2 ? SEEN : 0,
      })),
    },
    { address: 'usuario2@valija.test', password: 'otra', quotaBytes: 20 },
  ],
};

const POP3: ServerOptions = {
  accounts: [
    { address: 'usuario1@valija.test', password: 'two words', inbox: MESSAGES.map((text) => ({ text })) },
    { address: 'usuario2@valija.test', password: 'otra' },
  ],
};

describe('SMTP', () => {
  let server: RunningServer;
  before(async () => {
    const accounts = ['usuario1', 'usuario2'].map((name) => ({ address: `${name}@valija.test`, password: name }));
    server = await startServer({ accounts, settings: ONLY_STRANGERS });
  });
  after(() => server[Symbol.asyncDispose]());

  for (const service of ['smtp', 'submission', 'submissions', 'lmtp'] as const) {
    for (const dialog of dialogsOf(join('smtp', service))) {
      test(`${service}: ${dialog.title}`, () => play(dialog, server, service));
    }
  }
});

onFreshStates('IMAP', IMAP, [
  ['imap', 'imap/imap'],
  ['imaps', 'imap/imaps'],
]);
onFreshStates('POP3', POP3, [['pop3', 'pop3']]);

function onFreshStates(name: string, given: ServerOptions, doors: readonly [ServiceName, string][]): void {
  describe(name, { concurrency: AT_ONCE }, () => {
    let state: string;
    before(async () => {
      state = await makeState(given);
    });
    after(() => rmSync(state, { recursive: true }));
    for (const [service, folder] of doors) {
      for (const dialog of dialogsOf(folder)) {
        test(`${service}: ${dialog.title}`, async () => {
          const copy = mkdtempSync(join(tmpdir(), 'valija-dialog-'));
          cpSync(state, copy, { recursive: true, preserveTimestamps: true });
          await using server = await startServer({
            ...given,
            settings: `${ONLY_STRANGERS}${given.settings ?? ''}`,
            state: copy,
          });
          await play(dialog, server, service);
        });
      }
    }
  });
}

function dialogsOf(folder: string): Dialog[] {
  const names = readdirSync(join(DIALOGS, folder)).filter(
    (name) => name.endsWith('.dialog') && name !== DEPENDS_ON_SEGMENTS,
  );
  return names.sort().map((name) => readDialog(join(DIALOGS, folder, name)));
}

function play(dialog: Dialog, server: RunningServer, service: ServiceName): Promise<void> {
  const implicitTls = service === 'submissions' || service === 'imaps' || service === 'pop3s';
  const connect = () => connectSocket({ port: server.ports[service], implicitTls });
  return runDialog(dialog, connect, { timeoutMs: STEP_TIMEOUT_MS });
}
