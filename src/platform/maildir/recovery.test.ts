// What a crash leaves, state by state of docs/journal.md: the folder is copied while the store lives, the copy is brought
// into the state that a kill or a power cut would have left, and a store is opened on it.

import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { FLAGGED, SEEN } from '#mail/mailboxes/flags.ts';
import type { AccountId } from '#mail/ports/account.ts';
import { appendText, existing, flagsOf, openBox, readText, value } from '#mail/ports/mail-store/fixture.contract.ts';
import { sharedContent } from '#platform/files/shared-content.ts';
import { openMaildirBelow } from '../../../test/world/maildir-below.ts';
import { accountPath } from './account-home.ts';
import type { MaildirStore } from './maildir-store.ts';

const USUARIO1 = 'usuario1@valija.test' as AccountId;
const NEVER_MS = 3_600_000;
const LARGE = Buffer.alloc(300_000, 'a large message\r\n');
const base = mkdtempSync(join(tmpdir(), 'valija-recovery-'));
let folders = 0;
let logged: string[] = [];
after(() => rmSync(base, { recursive: true }));

function openStore(folder: string): MaildirStore {
  return openMaildirBelow(folder, {
    log: { write: (_level, _area, text) => logged.push(text) },
    journal: { checkpointEveryMs: NEVER_MS },
  });
}

interface Crashed {
  readonly folder: string;
  readonly home: string;
  readonly segment: string;
}

/** The disk as it was when all this was done and answered. */
async function crashAfter(work: (store: MaildirStore) => Promise<unknown>): Promise<Crashed> {
  logged = [];
  const living = join(base, String(folders++));
  const folder = join(base, String(folders++));
  {
    await using store = openStore(living);
    await work(store);
    cpSync(living, folder, { recursive: true });
  }
  const journal = join(folder, 'journal');
  const segments = readdirSync(journal).filter((file) => file.endsWith('.journal'));
  return { folder, home: join(folder, 'vhosts', accountPath(USUARIO1)), segment: join(journal, segments[0]!) };
}

async function view(store: MaildirStore, name = 'INBOX'): Promise<[uid: number, text: string][]> {
  const { columns } = await openBox(store, USUARIO1, name);
  const seen: [number, string][] = [];
  for (const uid of columns.uids) seen.push([uid, await readText(store, USUARIO1, name, uid)]);
  return seen;
}

/** Opened, looked at, closed; then with the same journal once more, as if recovery had been killed at its end. */
async function recoverTwice({ folder }: Crashed, look: (store: MaildirStore) => Promise<void>): Promise<void> {
  const kept = join(base, String(folders++));
  cpSync(join(folder, 'journal'), kept, { recursive: true });
  {
    await using store = openStore(folder);
    await look(store);
  }
  cpSync(kept, join(folder, 'journal'), { recursive: true });
  await using again = openStore(folder);
  await look(again);
}

const three = async (store: MaildirStore) => {
  for (const text of ['one', 'two', 'three']) await appendText(store, USUARIO1, 'INBOX', text);
};
const THREE = [
  [1, 'one'],
  [2, 'two'],
  [3, 'three'],
] as const;

function linesOf(home: string): string[] {
  return readFileSync(join(home, 'dovecot-uidlist'), 'utf8').trimEnd().split('\n');
}

/** The header begins with a number too. */
function isOf(line: string, uid: number): boolean {
  return line.startsWith(`${uid} `) && line.includes(':');
}

function fileOf(home: string, uid: number): string {
  const line = linesOf(home).find((each) => isOf(each, uid)) ?? '';
  const baseName = line.slice(line.indexOf(':') + 1);
  const all = ['new', 'cur'].flatMap((directory) =>
    readdirSync(join(home, directory)).map((file) => join(home, directory, file)),
  );
  return all.find((file) => file.includes(baseName)) ?? '';
}

function dropLines(home: string, ...uids: number[]): void {
  const kept = linesOf(home).filter((line) => !uids.some((uid) => isOf(line, uid)));
  writeFileSync(join(home, 'dovecot-uidlist'), `${kept.join('\n')}\n`);
}

const FILED_STATES: readonly (readonly [name: string, damage: (crashed: Crashed) => void])[] = [
  ['everything is there', () => undefined],
  [
    'promised, not filed: neither file nor line',
    ({ home }) => {
      for (const uid of [2, 3]) rmSync(fileOf(home, uid));
      dropLines(home, 2, 3);
    },
  ],
  ['a line without its file', ({ home }) => rmSync(fileOf(home, 2))],
  ['a file without its line', ({ home }) => dropLines(home, 2)],
  ['the last lines are lost', ({ home }) => dropLines(home, 1, 2, 3)],
  ['a file without its octets', ({ home }) => truncateSync(fileOf(home, 3), 0)],
  ['a file with other octets', ({ home }) => writeFileSync(fileOf(home, 3), 'eerht')],
  [
    'half a file in tmp/',
    ({ home }) => {
      const file = fileOf(home, 1);
      writeFileSync(join(home, 'tmp', file.slice(file.lastIndexOf('/') + 1)), 'o');
      rmSync(file);
    },
  ],
  [
    'the index is lost too',
    ({ folder, home }) => {
      rmSync(join(folder, 'index'), { recursive: true });
      rmSync(fileOf(home, 1));
      dropLines(home, 1);
    },
  ],
];

describe('recovery', () => {
  for (const [name, damage] of FILED_STATES) {
    it(`${name}: every message is there once, whole, under its UID [C42] [I1] [I2] [I3]`, async () => {
      const crashed = await crashAfter(three);
      damage(crashed);
      await recoverTwice(crashed, async (store) => {
        assert.deepEqual(await view(store), THREE);
        assert.equal((await openBox(store, USUARIO1, 'INBOX')).uidNext, 4);
      });
      assert.deepEqual(readdirSync(join(crashed.folder, 'journal')), []);
    });
  }

  it('what was expunged stays so, and its number is never given again [I1] [I3]', async () => {
    const crashed = await crashAfter(async (store) => {
      await three(store);
      value(await store.expunge(USUARIO1, 'INBOX', Uint32Array.of(2, 3)));
    });
    dropLines(crashed.home, 1, 2, 3);
    rmSync(join(crashed.folder, 'index'), { recursive: true });
    await recoverTwice(crashed, async (store) => assert.deepEqual(await view(store), [[1, 'one']]));
    await using store = openStore(crashed.folder);
    assert.deepEqual((await appendText(store, USUARIO1, 'INBOX', 'four')).uids, [4]);
  });

  it('a move that was recorded is completed, wherever the message lies; a copy too [I1] [I4]', async () => {
    const crashed = await crashAfter(async (store) => {
      await three(store);
      value(await store.createMailbox(USUARIO1, 'Box', undefined));
      value(await store.move(USUARIO1, 'INBOX', Uint32Array.of(2), 'Box'));
      value(await store.copy(USUARIO1, 'INBOX', Uint32Array.of(3), 'Box'));
      value(await store.move(USUARIO1, 'Box', Uint32Array.of(1), 'INBOX'));
      value(await store.move(USUARIO1, 'INBOX', Uint32Array.of(1), 'Box'));
    });
    const box = join(crashed.home, '.Box');
    const [moved, copied] = [fileOf(box, 3), fileOf(box, 2)];
    const old = linesOf(crashed.home).find((line) => isOf(line, 1))!;
    renameSync(moved, join(crashed.home, 'cur', `${old.slice(old.indexOf(':') + 1)}:2,`));
    rmSync(copied);
    dropLines(box, 2, 3);
    await recoverTwice(crashed, async (store) => {
      assert.deepEqual(await view(store), [
        [3, 'three'],
        [4, 'two'],
      ]);
      assert.deepEqual(await view(store, 'Box'), [
        [2, 'three'],
        [3, 'one'],
      ]);
    });
  });

  it('flags and keywords as promised; those changed since stay', async () => {
    const crashed = await crashAfter(async (store) => {
      for (const keywords of [['blue'], ['green', 'blue']]) {
        await appendText(store, USUARIO1, 'INBOX', 'text', { systemFlags: FLAGGED, keywords });
      }
    });
    rmSync(fileOf(crashed.home, 2));
    const kept = fileOf(crashed.home, 1);
    renameSync(kept, kept.replace(/:2,.*/, ':2,S'));
    await recoverTwice(crashed, async (store) =>
      assert.deepEqual(await flagsOf(store, USUARIO1), [
        [1, SEEN, ''],
        [2, FLAGGED, 'blue green'],
      ]),
    );
  });

  it('a deleted mailbox does not come back, a renamed one gets what it was promised', async () => {
    const crashed = await crashAfter(async (store) => {
      for (const name of ['Gone', 'Old']) {
        value(await store.createMailbox(USUARIO1, name, undefined));
        await appendText(store, USUARIO1, name, `in ${name}`);
      }
      value(await store.deleteMailbox(USUARIO1, 'Gone'));
      value(await store.renameMailbox(USUARIO1, 'Old', 'New'));
    });
    rmSync(fileOf(join(crashed.home, '.New'), 1));
    await recoverTwice(crashed, async (store) => {
      assert.deepEqual(await existing(store, USUARIO1), ['INBOX', 'New']);
      assert.deepEqual(await view(store, 'New'), [[1, 'in Old']]);
    });
  });

  it('a large message comes back from its own file; nothing is left of it afterwards', async () => {
    const crashed = await crashAfter((store) =>
      appendText(store, USUARIO1, 'INBOX', LARGE, { prefix: Buffer.from('P: 1\r\n') }),
    );
    truncateSync(fileOf(crashed.home, 1), 100_000);
    await recoverTwice(crashed, async (store) => {
      assert.deepEqual(await view(store), [[1, `P: 1\r\n${LARGE}`]]);
    });
    assert.deepEqual(readdirSync(join(crashed.folder, 'journal')), []);
  });

  it('so does one that waits there as it lies in its mailbox, wherever the crash came', async () => {
    const content = sharedContent([LARGE], LARGE.length);
    const prefix = Buffer.from('P: 1\r\n');
    const after: Record<string, (crashed: Crashed) => void> = {
      filed: () => undefined,
      'before it was filed': ({ home }) => {
        rmSync(fileOf(home, 1));
        dropLines(home, 1);
      },
      'amid it': ({ home, folder }) => {
        rmSync(fileOf(home, 1));
        const [large] = readdirSync(join(folder, 'journal')).filter((file) => file.endsWith('.message'));
        const baseName =
          linesOf(home)
            .find((line) => isOf(line, 1))
            ?.split(':')[1] ?? '';
        linkSync(join(folder, 'journal', large ?? ''), join(home, 'tmp', baseName));
      },
      'a power cut': ({ home }) => truncateSync(fileOf(home, 1), 100_000),
    };
    for (const [moment, leave] of Object.entries(after)) {
      const crashed = await crashAfter(async (store) => {
        await appendText(store, USUARIO1, 'INBOX', '', { content, prefix });
        assert.equal(value(await store.copy(USUARIO1, 'INBOX', Uint32Array.of(1), 'INBOX')).targetUids.length, 1);
      });
      leave(crashed);
      await recoverTwice(crashed, async (store) => {
        const text = `P: 1\r\n${LARGE}`;
        assert.deepEqual(
          await view(store),
          [
            [1, text],
            [2, text],
          ],
          moment,
        );
      });
      assert.deepEqual(readdirSync(join(crashed.folder, 'journal')), []);
    }
  });

  it('a torn tail is cut: it was never promised', async () => {
    const crashed = await crashAfter(three);
    rmSync(fileOf(crashed.home, 3));
    dropLines(crashed.home, 3);
    truncateSync(crashed.segment, readFileSync(crashed.segment).indexOf('three') + 1);
    await using store = openStore(crashed.folder);
    assert.deepEqual(await view(store), THREE.slice(0, 2));
    assert.ok(!logged.some((text) => text.includes('damaged')));
  });

  it('a damaged segment is set aside whole, its readable records are recovered, and it is said [T-crash 11]', async () => {
    const crashed = await crashAfter(three);
    for (const uid of [1, 2, 3]) rmSync(fileOf(crashed.home, uid));
    const octets = readFileSync(crashed.segment);
    octets[octets.indexOf('two')]! ^= 1;
    writeFileSync(crashed.segment, octets);
    await using store = openStore(crashed.folder);
    assert.deepEqual(await view(store), [THREE[0], THREE[2]]);
    assert.ok(logged.some((text) => /is damaged at octets \d+-\d+/.test(text)));
    assert.ok(existsSync(`${crashed.segment}.damaged`));
    assert.ok(readFileSync(`${crashed.segment}.damaged`).equals(octets));
  });

  it('a home that cannot be written keeps its mail in the journal; all others start', async () => {
    const crashed = await crashAfter(three);
    rmSync(fileOf(crashed.home, 2));
    renameSync(join(crashed.home, 'new'), join(crashed.home, 'away'));
    writeFileSync(join(crashed.home, 'new'), '');
    {
      await using store = openStore(crashed.folder);
      assert.deepEqual((await appendText(store, 'usuario2@valija.test' as AccountId, 'INBOX', 'x')).uids, [1]);
    }
    rmSync(join(crashed.home, 'new'));
    renameSync(join(crashed.home, 'away'), join(crashed.home, 'new'));
    await using store = openStore(crashed.folder);
    assert.deepEqual((await view(store)).map(([, text]) => text).sort(), ['one', 'three', 'two']);
  });
});
