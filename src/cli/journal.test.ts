import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { type RunningServer, startServer, USER2 } from '../../test/world/running-server.ts';
import { openSmtp } from '../../test/world/smtp-talk.ts';

const run = promisify(execFile);

async function promiseAndKill(server: RunningServer): Promise<string> {
  using talk = await openSmtp(server, 'smtp');
  const answer = await talk.bring('ana@example.org', [USER2], 'Subject: x\r\n\r\nsecret words\r\n');
  await server.kill();
  return /queued as (\w+)/.exec(answer)?.[1] ?? '';
}

test('valija journal: what was promised, beside the running server and after it; damage is named', async () => {
  await using server = await startServer();
  const journal = async (...words: string[]) => {
    const argv = [
      join(import.meta.dirname, 'main.ts'),
      'journal',
      ...words,
      '--config',
      server.configFile,
      '--lang',
      'en',
    ];
    return run(process.execPath, argv).catch((failure: { code: number; stdout: string; stderr: string }) => failure);
  };
  const folder = join(server.state, 'journal');
  let id = await promiseAndKill(server);
  // A checkpoint may have come just then.
  while (readdirSync(folder).length === 0) id = await promiseAndKill(await startServer({ state: server.state }));

  assert.match((await journal('list')).stdout, /^Segment +Records +Messages +Size\n\d{10}-[0-9a-f]{8}\.journal +2 +1 /);
  const shown = (await journal('show', id)).stdout;
  assert.match(shown, new RegExp(`Queue id: +${id}\n`));
  assert.match(shown, /Copy: +usuario2@valija\.test INBOX UID \d+\n/);
  assert.doesNotMatch(shown, /secret words/);
  assert.match((await journal('verify')).stdout, /The journal is whole: segments: 1, records: 2/);
  assert.match((await journal('show', 'nobody')).stderr, /not in the journal/);

  const segment = join(folder, readdirSync(folder)[0]!);
  const octets = readFileSync(segment);
  octets[30]! ^= 1;
  writeFileSync(segment, octets);
  const verified = await journal('verify');
  assert.match(verified.stdout, /is damaged at octets 17-/);
  assert.equal('code' in verified && verified.code, 65);
});
