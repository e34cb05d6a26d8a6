// What mail programs keep from one day to the next stays true over a restart, a crash, and the loss of every index.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { imapClient, openMaildrop, readMailbox } from '../world/mail-reader.ts';
import { makeState, PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { deliver } from '../world/smtp-talk.ts';

const LOGIN = { address: USER1, password: PASSWORD };

async function arrange(server: RunningServer): Promise<void> {
  for (const subject of ['uno', 'dos', 'tres', 'cuatro']) {
    await deliver(server, USER1, `Subject: ${subject}\r\n\r\nhola\r\n`);
  }
  const client = imapClient(server, LOGIN);
  await client.connect();
  await client.mailboxCreate('Trabajo/Año');
  await client.mailboxSubscribe('Trabajo/Año');
  await client.mailboxOpen('INBOX');
  await client.messageFlagsAdd('1', ['\\Seen', '\\Answered']);
  await client.messageFlagsAdd('2', ['$Importante', 'proyecto']);
  await client.messageDelete('3');
  await client.messageCopy('1:2', 'Trabajo/Año');
  await client.logout();
}

async function everything(server: RunningServer): Promise<unknown> {
  const client = imapClient(server, LOGIN);
  await client.connect();
  const folders = (await client.list()).map(({ path, subscribed }) => ({ path, subscribed }));
  await client.logout();
  using drop = await openMaildrop(server, LOGIN);
  return {
    folders,
    inbox: await readMailbox(server, LOGIN),
    work: await readMailbox(server, LOGIN, 'Trabajo/Año'),
    uniqueIds: await drop.uniqueIds(),
  };
}

for (const [what, between] of [
  ['a restart', async () => undefined],
  ['a restart without the indexes', async (state: string) => rmSync(join(state, 'index'), { recursive: true })],
  [
    'a restart without indexes and journeys',
    async (state: string) => {
      rmSync(join(state, 'index'), { recursive: true });
      rmSync(join(state, 'journeys.db'));
    },
  ],
] as const) {
  test(`[C42][I3] ${what} keeps UIDVALIDITY, UIDs, flags, keywords, folders and unique ids`, async (t) => {
    const state = await makeState();
    t.after(() => rmSync(state, { recursive: true }));
    const first = await startServer({ state });
    await arrange(first);
    const before = await everything(first);
    await first.stop();
    await between(state);
    const second = await startServer({ state });
    const after = await everything(second);
    await second.stop();
    assert.deepEqual(after, before);
  });
}

test('[C46] mail left on the server is not downloaded again: unique ids stay over a restart, and new ones come behind', async (t) => {
  const state = await makeState();
  t.after(() => rmSync(state, { recursive: true }));
  const downloaded = new Set<string>();
  const downloads: number[] = [];
  for (let day = 0; day < 3; day++) {
    const server = await startServer({ state });
    await deliver(server, USER1, `Subject: del dia ${day}\r\n\r\nhola\r\n`);
    using drop = await openMaildrop(server, LOGIN);
    let fresh = 0;
    for (const [i, id] of (await drop.uniqueIds()).entries()) {
      if (downloaded.has(id)) continue;
      assert.match((await drop.retrieve(i + 1)).toString(), new RegExp(`^Subject: del dia ${day}\r$`, 'm'));
      downloaded.add(id);
      fresh += 1;
    }
    downloads.push(fresh);
    await drop.say('QUIT');
    await server.stop();
  }
  assert.deepEqual(downloads, [1, 1, 1]);
});
