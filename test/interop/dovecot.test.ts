// The same tree for Dovecot and for us: whoever wrote it, the other finds the same folders, UIDs, flags and keywords,
// and goes on where the first one stopped.

import assert from 'node:assert/strict';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ImapFlow } from 'imapflow';
import { imapClient } from '../world/mail-reader.ts';
import { makeState, PASSWORD, startServer, USER1 } from '../world/running-server.ts';
import { connectSocket } from '../world/socket-client.ts';
import { type DovecotServer, startDovecot } from './dovecot-server.ts';
import { programTest, runProgram } from './real-program.ts';
import { plainMessage } from './sample-mail.ts';

const LOGIN = { address: USER1, password: PASSWORD };
const FOLDERS = ['INBOX', 'Trabajo', 'Trabajo/Año 2026', 'Sent'];
/** Nobody needs to look twice: what came by LMTP is there at the next command. */
const LOOKS = 50;

/** A server or Dovecot, as far as a client can tell. */
interface Reader {
  readonly ports: { readonly imaps: number };
}

interface FolderView {
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly messages: readonly {
    uid: number;
    flags: string[];
    date: string;
    size: number;
    subject: string | undefined;
  }[];
}

async function connect({ ports }: Reader): Promise<ImapFlow> {
  const client = imapClient(ports.imaps, LOGIN);
  await client.connect();
  return client;
}

async function lookAtAll(reader: Reader): Promise<unknown> {
  const client = await connect(reader);
  const listed = (await client.list()).filter(({ flags }) => !flags.has('\\Noselect'));
  const folders: Record<string, FolderView> = {};
  for (const { path } of listed) folders[path] = await lookAt(client, path);
  await client.logout();
  return {
    subscribed: listed
      .filter(({ subscribed, path }) => subscribed && path !== 'INBOX')
      .map(({ path }) => path)
      .sort(),
    folders,
  };
}

async function lookAt(client: ImapFlow, path: string): Promise<FolderView> {
  const mailbox = await client.mailboxOpen(path, { readOnly: true });
  const messages: FolderView['messages'][number][] = [];
  if (mailbox.exists > 0) {
    const wanted = { uid: true, flags: true, internalDate: true, size: true, envelope: true };
    for await (const { uid, flags, internalDate, size = 0, envelope } of client.fetch('1:*', wanted)) {
      const lasting = [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort();
      const date = new Date(internalDate ?? 0).toISOString();
      messages.push({ uid, flags: lasting, date, size, subject: envelope?.subject });
    }
  }
  return { uidValidity: Number(mailbox.uidValidity), uidNext: mailbox.uidNext, messages };
}

/** Folders, messages with flags and keywords, some deleted so that UIDs have gaps, a subscription. */
async function write(writer: Reader): Promise<void> {
  const client = await connect(writer);
  for (const folder of FOLDERS.slice(1)) await client.mailboxCreate(folder);
  for (const folder of FOLDERS) {
    for (const name of ['uno', 'dos', 'tres', 'cuatro']) {
      await client.append(folder, plainMessage(`${folder} ${name}`), [], new Date('2026-11-01T10:00:00Z'));
    }
    await client.mailboxOpen(folder);
    await client.messageFlagsAdd('1', ['\\Seen', '\\Answered']);
    await client.messageFlagsAdd('2', ['\\Flagged', '$Forwarded', 'proyecto']);
    await client.messageFlagsAdd('4', ['\\Draft', '$Importante']);
    await client.messageDelete('3');
  }
  await client.mailboxOpen('INBOX');
  await client.messageMove('4', 'Sent').catch(() => undefined);
  await client.messageCopy('2', 'Trabajo');
  for (const folder of FOLDERS) await client.mailboxSubscribe(folder);
  await client.mailboxUnsubscribe('Sent');
  await client.logout();
}

/** Another day's work on what is there. */
async function change(writer: Reader): Promise<void> {
  const client = await connect(writer);
  await client.mailboxOpen('INBOX');
  await client.messageFlagsRemove('1', ['\\Seen']);
  await client.messageFlagsAdd('1', ['nuevo', '\\Flagged']);
  await client.messageFlagsRemove('2', ['proyecto']);
  await client.append('INBOX', plainMessage('otro día'), ['\\Seen']);
  await client.messageMove('2', 'Trabajo');
  await client.mailboxRename('Trabajo/Año 2026', 'Trabajo/Archivo');
  await client.mailboxCreate('Más');
  await client.append('Más', plainMessage('en más'), ['$Importante']);
  await client.logout();
}

function temporaryState(t: TestContext, state: string): string {
  t.after(() => rmSync(state, { recursive: true, force: true }));
  return state;
}

const treeOf = (state: string) => join(state, 'vhosts/valija.test/usuario1');

/** What Dovecot wrote is ours again; as an ordinary user there is only one owner anyway. */
async function takeBack(state: string): Promise<void> {
  const owner = statSync(join(state, 'valija.toml'));
  await runProgram('chown', ['-R', `${owner.uid}:${owner.gid}`, join(state, 'vhosts')]);
}

/** The folders above the tree are ours alone. */
async function letThrough(state: string): Promise<void> {
  await runProgram('mkdir', ['-p', treeOf(state)]);
  await runProgram('chmod', ['755', state, join(state, 'vhosts'), join(state, 'vhosts/valija.test')]);
}

async function withDovecot<T>(state: string, work: (dovecot: DovecotServer) => Promise<T>): Promise<T> {
  await letThrough(state);
  await using dovecot = await startDovecot(treeOf(state));
  dovecot.takeOver();
  const outcome = await work(dovecot).catch((error: Error) => {
    throw new Error([error.message, ...dovecot.complaints()].join('\n'), { cause: error });
  });
  assert.deepEqual(dovecot.complaints(), []);
  await takeBack(state);
  return outcome;
}

programTest(
  'dovecot',
  '[C42] opens the tree that we wrote: same UIDVALIDITY, UIDs, flags, keywords, folders',
  async (t) => {
    const state = temporaryState(t, await makeState());
    const written = await (async () => {
      const server = await startServer({ state });
      await write(server);
      const view = await lookAtAll(server);
      await server.stop();
      return view;
    })();
    const [seen, changed] = await withDovecot(state, async (dovecot) => {
      const before = await lookAtAll(dovecot);
      await change(dovecot);
      return [before, await lookAtAll(dovecot)];
    });
    assert.deepEqual(seen, written);
    const again = await startServer({ state });
    assert.deepEqual(await lookAtAll(again), changed, 'and we open what Dovecot changed');
    await changeOnceMore(again);
    const last = await lookAtAll(again);
    await again.stop();
    assert.deepEqual(await withDovecot(state, lookAtAll), last, 'and Dovecot what we changed after that');
  },
);

async function changeOnceMore(writer: Reader): Promise<void> {
  const client = await connect(writer);
  await client.mailboxOpen('Más');
  await client.messageFlagsAdd('1', ['\\Answered', 'tercero']);
  await client.messageCopy('1', 'INBOX');
  await client.mailboxDelete('Sent');
  await client.logout();
}

programTest(
  'dovecot',
  '[C42] writes a tree that we open: same UIDVALIDITY, UIDs, flags, keywords, folders',
  async (t) => {
    const state = temporaryState(t, await makeState());
    await runProgram('mkdir', ['-p', treeOf(state)]);
    const written = await withDovecot(state, async (dovecot) => {
      await write(dovecot);
      return lookAtAll(dovecot);
    });
    const server = await startServer({ state });
    assert.deepEqual(await lookAtAll(server), written);
    await change(server);
    const changed = await lookAtAll(server);
    await server.stop();
    assert.deepEqual(await withDovecot(state, lookAtAll), changed, 'and Dovecot opens what we changed');
  },
);

programTest(
  'dovecot',
  '[C42] delivers by LMTP into a tree that we have open: we notice, and deliver beside it',
  async (t) => {
    const state = temporaryState(t, await makeState());
    const server = await startServer({ state });
    t.after(() => server.stop());
    const client = await connect(server);
    await client.append('INBOX', plainMessage('antes'));
    await client.mailboxOpen('INBOX');
    await letThrough(state);
    await using dovecot = await startDovecot(treeOf(state));
    const subjects = ['por dovecot 1', 'por dovecot 2', 'por dovecot 3'];
    for (const subject of subjects) {
      dovecot.takeOver();
      await deliverByLmtp(dovecot.ports.lmtp, plainMessage(subject));
      await takeBack(state);
      await client.append('INBOX', plainMessage(`después de ${subject}`));
    }
    let seen: (string | undefined)[] = [];
    for (let look = 0; look < LOOKS && seen.length < 7; look++) {
      await client.noop();
      seen = (await client.fetchAll('1:*', { envelope: true })).map(({ envelope }) => envelope?.subject);
    }
    assert.deepEqual(
      seen.toSorted(),
      ['antes', ...subjects, ...subjects.map((each) => `después de ${each}`)].toSorted(),
    );
    const ours = await lookAt(client, 'INBOX');
    await client.logout();
    dovecot.takeOver();
    const theirs = await connect(dovecot);
    assertAlike(await lookAt(theirs, 'INBOX'), ours);
    await theirs.logout();
    await takeBack(state);
  },
);

/** What Dovecot delivered it dates by its own clock, we by the file: a second may end in between. */
function assertAlike(theirs: Awaited<ReturnType<typeof lookAt>>, ours: typeof theirs): void {
  const dates = (of: typeof theirs) => of.messages.map(({ date }) => Date.parse(date));
  const undated = (of: typeof theirs) => ({ ...of, messages: of.messages.map(({ date: _, ...rest }) => rest) });
  assert.deepEqual(undated(theirs), undated(ours), 'both count alike');
  for (const [i, ms] of dates(theirs).entries()) assert.ok(Math.abs(ms - (dates(ours)[i] ?? 0)) <= 1_000);
}

async function deliverByLmtp(port: number, message: string): Promise<void> {
  const stream = await connectSocket({ port });
  const expect = (text: string) => stream.waitFor(text, 20_000);
  await expect('220 ');
  stream.send('LHLO client.example\r\n');
  await expect('\r\n250 ');
  stream.send(`MAIL FROM:<ana@example.org>\r\nRCPT TO:<usuario1@valija.test>\r\nDATA\r\n`);
  await expect('\r\n354 ');
  stream.send(`${message}.\r\n`);
  await expect('\r\n250 2.0.0 ');
  stream.close();
}
