// What the whole server does with a state that is damaged, or of another version: what can be made anew is, and the log
// tells of it; what cannot stops the start, with the ways back. TRAPS' crash list, rows 11 and 12.

import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { STATE_VERSION } from '#platform/state/state-version.ts';
import { runProgram } from '../interop/real-program.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { makeState, PASSWORD, startServer, USER1, USER2 } from '../world/running-server.ts';
import { deliver, queueIdOf } from '../world/smtp-talk.ts';
import { untilLogged } from '../world/until.ts';

const VALIJA = join(import.meta.dirname, '../../bin/valija');
const LOGIN1 = { address: USER1, password: PASSWORD };
const LOGIN2 = { address: USER2, password: PASSWORD };
const EX_DATAERR = 65;
const EX_CONFIG = 78;

/** A state that a server has run on, with three messages for each account. */
async function usedState(t: TestContext): Promise<string> {
  const state = await makeState();
  t.after(() => rmSync(state, { recursive: true, force: true }));
  const server = await startServer({ state });
  for (const text of ['uno', 'dos', 'tres']) await deliver(server, [USER1, USER2], `Subject: ${text}\r\n\r\nhola\r\n`);
  await readMailbox(server, LOGIN1);
  await server.stop();
  return state;
}

/** What the server says instead of starting, and its exit code. */
async function refusedStart(state: string): Promise<{ code: unknown; errors: string }> {
  try {
    await using _server = await startServer({ state });
  } catch (error) {
    if (error instanceof Error) return { code: error.cause, errors: error.message };
  }
  return assert.fail('the server started');
}

const valija = (state: string, ...words: string[]) =>
  runProgram(VALIJA, [...words, '--config', join(state, 'valija.toml')]);

test('a state of a newer server is refused by server and commands, with exit code 78 and the way back', async (t) => {
  const state = await usedState(t);
  const version = join(state, 'VERSION');
  const written = readFileSync(version, 'utf8');
  assert.match(written, new RegExp(`^${STATE_VERSION}\\nwritten by Valija \\d+\\.\\d+\\.\\d+\\n$`));
  writeFileSync(version, '7\nwritten by Valija 3.1.4\n');
  for (const refusal of [refusedStart(state), valija(state, 'start'), valija(state, 'account', 'list')]) {
    const { code, errors } = await refusal;
    assert.equal(code, EX_CONFIG, errors);
    assert.match(errors, /version 7, written by Valija 3\.1\.4; this is Valija .*which knows\s+versions up to \d/);
    assert.match(errors, /Install Valija 3\.1\.4 or newer/);
  }
  const verified = await valija(state, 'state', 'verify');
  assert.equal(verified.code, EX_DATAERR);
  assert.match(verified.output, /VERSION: the state is of version 7, Valija 3\.1\.4/);
  writeFileSync(version, written);
  const server = await startServer({ state });
  assert.equal((await readMailbox(server, LOGIN1)).messages.length, 3);
  await server.stop();
});

test('a damaged directory.db stops the start; put back, all is as it was', async (t) => {
  const state = await usedState(t);
  const directory = join(state, 'directory.db');
  renameSync(directory, `${directory}.good`);
  writeFileSync(directory, Buffer.alloc(40_960, 7));
  for (const refusal of [refusedStart(state), valija(state, 'start'), valija(state, 'domain', 'list')]) {
    const { code, errors } = await refusal;
    assert.equal(code, EX_CONFIG, errors);
    assert.match(errors, /directory\.db cannot be used: file is not a database/);
    assert.match(errors, /\.recover/);
  }
  truncateSync(directory);
  assert.match((await refusedStart(state)).errors, /it is empty, though this state was in use/);
  rmSync(directory);
  renameSync(`${directory}.good`, directory);
  const server = await startServer({ state });
  assert.equal((await readMailbox(server, LOGIN2)).messages.length, 3);
  await server.stop();
});

test('damaged journeys, indexes and uidlists hold nothing up: same UIDs, told in the log, the neighbour untouched', async (t) => {
  const state = await usedState(t);
  const home = join(state, 'vhosts/valija.test/usuario1');
  writeFileSync(join(state, 'journeys.db'), 'no database'.repeat(1000));
  writeFileSync(join(state, 'index/valija.test/usuario1.db'), 'no index'.repeat(2000));
  const damaged = await valija(state, 'state', 'verify');
  assert.equal(damaged.code, EX_DATAERR);
  assert.match(damaged.output, /journeys\.db: the stories for valija why are damaged/);
  assert.match(damaged.output, /usuario1\.db: the index is damaged/);

  let server = await startServer({ state });
  const before = await readMailbox(server, LOGIN1);
  assert.deepEqual(
    before.messages.map(({ uid }) => uid),
    [1, 2, 3],
  );
  const id = queueIdOf(await deliver(server, [USER1, USER2], 'Subject: cuatro\r\n\r\nhola\r\n'));
  assert.equal((await valija(state, 'why', id)).code, 0);
  await untilLogged(server, /journeys\.db was broken .*; it is kept as .*\.broken/);
  await untilLogged(server, /set aside a broken index as .*usuario1\.db\.broken/);
  await readMailbox(server, LOGIN1);
  await server.stop();

  writeFileSync(join(home, 'dovecot-uidlist'), 'no uidlist\n');
  server = await startServer({ state });
  const after = await readMailbox(server, LOGIN1);
  assert.equal(after.uidValidity, before.uidValidity);
  assert.deepEqual(
    after.messages.map(({ uid }) => uid),
    [1, 2, 3, 4],
  );
  assert.deepEqual(
    (await readMailbox(server, LOGIN2)).messages.map(({ uid }) => uid),
    [1, 2, 3, 4],
  );
  await untilLogged(server, /set aside a broken uidlist/);
  await server.stop();
});

test('valija state verify finds nothing beside a busy server, and nothing after it; it changes no file', async (t) => {
  const state = await usedState(t);
  const server = await startServer({ state });
  let isBusy = true;
  const traffic = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (isBusy) await deliver(server, [USER1, USER2], `Subject: más\r\n\r\n${'hola\r\n'.repeat(200)}`);
    }),
  );
  for (let round = 0; round < 3; round++) {
    const { code, output, errors } = await valija(state, 'state', 'verify', '--json');
    assert.equal(code, 0, output + errors);
    assert.deepEqual(
      JSON.parse(output).filter(({ severity }: { severity: string }) => severity === 'damage'),
      [],
    );
  }
  isBusy = false;
  await traffic;
  await server.stop();
  const files = () => readdirSync(state, { recursive: true }).sort();
  const before = files();
  const { code, output } = await valija(state, 'state', 'verify');
  assert.equal(code, 0, output);
  assert.match(output, /The state is whole: 2 accounts looked at, 0 notices\./);
  assert.deepEqual(files(), before);
});

test('valija state verify speaks Spanish, names the place, and says what to do', async (t) => {
  const state = await usedState(t);
  chmodSync(join(state, 'login.secret'), 0o644);
  const { code, output } = await valija(state, 'state', 'verify', '--lang', 'es');
  assert.equal(code, EX_DATAERR);
  assert.match(output, /daño .*login\.secret: otros pueden leerlo o escribirlo \(modo 0644\); ejecute chmod 600/);
  assert.match(output, /Daños: 1, avisos: 0; 2 cuentas revisadas\./);
});
