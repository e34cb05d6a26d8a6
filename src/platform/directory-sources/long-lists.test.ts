import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { openDirectoryHouse } from '../../../test/world/joined-directory.ts';
import { collectingLog } from '../../../test/world/log.ts';
import type { Backend } from './backend.ts';
import { LookupSource } from './lookup-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-long-lists-'));
after(() => rmSync(folder, { recursive: true }));

const DOMAINS = Array.from({ length: 40 }, (_, at) => `empresa${at}.example`);
const ACCOUNTS = 20_000;
/** Nobody logs in. */
const NO_PASSWORDS = { threads: undefined as never, accepted: undefined as never };

function writeAccounts(name: string): string {
  const path = join(folder, name);
  const lines = Array.from(
    { length: ACCOUNTS },
    (_, at) => `usuario${at}@${DOMAINS[at % DOMAINS.length]}:{PLAIN}secreto:::::/x::quota_rule=*:storage=1G\n`,
  );
  writeFileSync(path, lines.join(''), { mode: 0o600 });
  return path;
}

/** How many turns of the event loop others get meanwhile. */
async function countTurns(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await work();
  isOver = true;
  return turns;
}

test('a file of many accounts and domains: others get their turns while it is listed, and each account is listed once', async () => {
  await using house = await openDirectoryHouse([
    { type: 'passwd-file', domains: DOMAINS, path: writeAccounts('many') },
  ]);
  await house.directory.findFirstAccount(DOMAINS[0]);
  let listed: readonly { id: string }[] = [];
  const turns = await countTurns(async () => {
    listed = (await house.admin.listAccounts(undefined)).filter(({ id }) => id.endsWith('.example'));
  });
  assert.equal(new Set(listed.map(({ id }) => id)).size, ACCOUNTS);
  assert.equal(listed.length, ACCOUNTS);
  assert.ok(turns >= 5, `${turns} turns`);
});

test('postmaster of a domain is the first of its accounts, and no more of them are asked for', async () => {
  const asked: string[] = [];
  const backend: Backend = {
    findLogin: async () => undefined,
    findUser: async () => undefined,
    async *list(domains) {
      for (const domain of domains) {
        for (const localPart of ['baja', 'ana', 'berto']) {
          const address = { localPart, domain };
          asked.push(formatAddrSpec(address));
          const fields = new Map(localPart === 'baja' ? [['disabled', ['yes']]] : []);
          yield { address, fields, problem: undefined };
        }
      }
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  const cache = { ttlMs: 0, negativeTtlMs: 0, entries: 1 };
  const settings = { name: 'x', domains: DOMAINS, hostsMail: true, defaultScheme: 'CRYPT', cache };
  const source = new LookupSource(settings, backend, {
    secrets: NO_PASSWORDS,
    nowMs: () => 0,
    log: collectingLog(),
    hostedDomains: async () => [],
  });
  assert.equal((await source.findFirst('empresa7.example'))?.id, 'ana@empresa7.example');
  assert.deepEqual(asked, ['baja@empresa7.example', 'ana@empresa7.example']);
});
