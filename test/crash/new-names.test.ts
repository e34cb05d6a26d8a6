// What is delivered into a file or folder that was not there before: its name is on the disk, too, before anybody hears of it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { straceRefused } from './audit-server.ts';

const skip = await straceRefused();
const run = promisify(execFile);
const PLATFORM = join(import.meta.dirname, '../../src/platform');
const MESSAGE = "memoryContent(Buffer.from('Subject: x\\r\\n\\r\\nx\\r\\n'))";

/** The folders that were synced while the code ran, by their names in `home`. */
async function syncedFolders(t: TestContext, code: (home: string) => string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-names-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const home = join(folder, 'home');
  mkdirSync(home);
  const trace = join(folder, 'trace');
  const program = `import { memoryContent } from '${PLATFORM}/files/memory-content.ts';\n${code(home)}`;
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program];
  await run('strace', ['-f', '-y', '-e', 'trace=fsync', '-o', trace, ...node]);
  const synced = [...readFileSync(trace, 'utf8').matchAll(/fsync\(\d+<([^>]*)>/g)].map(([, path = '']) => path);
  return synced.map((path) => path.replace(home, '~'));
}

test('[T-crash 2] a first message in an mbox: the file, and its name in the folder', { skip }, async (t) => {
  const synced = await syncedFolders(t, (home) => {
    const delivery = `{ path: '${home}/mbox', ownerUid: undefined, createMode: 0o600, dotlock: 'where-permitted', mailboxSizeLimit: 0 }`;
    return `import { appendToMbox } from '${PLATFORM}/mbox/append-to-mbox.ts';
      const done = await appendToMbox(${delivery}, ${MESSAGE}, { sender: '', dateMs: 0 });
      if (!done.ok) throw new Error(done.error.text);`;
  });
  assert.ok(synced.includes('~'), synced.join(' '));
  assert.ok(synced.includes('~/mbox'), synced.join(' '));
});

test('[T-crash 2] a first message in a Maildir: every folder that was made for it', { skip }, async (t) => {
  const synced = await syncedFolders(t, (home) => {
    return `import { deliverToMaildir } from '${PLATFORM}/local-delivery/deliver-to-maildir.ts';
      const { kind, text } = await deliverToMaildir('${home}/mail/Maildir', ${MESSAGE}, 0);
      if (kind !== 'done') throw new Error(text);`;
  });
  for (const folder of ['~', '~/mail', '~/mail/Maildir', '~/mail/Maildir/new']) {
    assert.ok(synced.includes(folder), `${folder}: ${synced.join(' ')}`);
  }
});

test('[T-crash 2] a first journal: its name in the state', { skip }, async (t) => {
  const synced = await syncedFolders(t, (home) => {
    return `import { JournalWriter } from '${PLATFORM}/journal/journal-writer.ts';
      new JournalWriter('${home}/journal', {}, { write() {} });`;
  });
  assert.ok(synced.includes('~'), synced.join(' '));
});

test('[T-crash 2] a first mbox in the mail spool, made by root: its name in the folder', { skip }, async (t) => {
  const synced = await syncedFolders(t, (home) => {
    const account = `{ user: 'usuario1', uid: ${process.getuid?.() ?? 0} }`;
    return `import { makeSpool } from '${PLATFORM}/../processes/supervisor/mail-spool.ts';
      makeSpool('${home}', ${account});`;
  });
  assert.ok(synced.includes('~'), synced.join(' '));
});
