// Our tables and Postfix's: what one program makes, the other one reads.

import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { openTable } from '#platform/tables/open-table.ts';
import { FUZZ_SEED } from '../world/generated-inputs.ts';
import { findProgram, type ProgramRun, programTest, type RunOptions, runProgram } from './real-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-postmap-'));
// For whoever root becomes.
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true }));

const valija = join(import.meta.dirname, '../../bin/valija');
const ours = Object.fromEntries(['postmap', 'postalias', 'newaliases'].map((name) => [name, join(folder, name)]));
for (const path of Object.values(ours)) symlinkSync(valija, path);

const english = { environment: { LC_ALL: 'C.UTF-8' } };
const run = (name: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramRun> =>
  runProgram(ours[name] ?? '', args, { ...english, ...options });
const theirs = (name: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramRun> =>
  runProgram(findProgram(name) ?? name, args, options);

let files = 0;
function write(text: string): string {
  const path = join(folder, `table${++files}`);
  writeFileSync(path, text);
  return path;
}

const SOURCE = `# domains
Usuario1@Valija.test   usuario1
usuario2@valija.test usuario2,
    usuario1
usuario1@valija.test again
"two words"@valija.test usuario1
baz: x
alone
ñandú@valija.test usuario2
`;

programTest('postmap', "[C66] our cdb file is Postfix's, octet for octet, warnings and silence too", async () => {
  const [one, other] = [write(SOURCE), write(SOURCE)];
  const made = await run('postmap', [`cdb:${one}`]);
  const theirsMade = await theirs('postmap', [`cdb:${other}`]);
  assert.deepEqual([made.code, made.output], [0, '']);
  assert.deepEqual(readFileSync(`${one}.cdb`), readFileSync(`${other}.cdb`));
  assert.equal(made.errors.trim().split('\n').length, theirsMade.errors.trim().split('\n').length);
  assert.match(made.errors, /postmap: warning: .*:5: duplicate entry: "usuario1@valija.test"/);
  assert.match(made.errors, /:7: this record is in "key: value" format/);
  assert.match(made.errors, /:8: expected format: key whitespace value/);
});

programTest('postmap', "[C66] each finds in the other's cdb file; -q, -q - and exit codes are the same", async () => {
  const path = write(SOURCE);
  for (const maker of ['ours', 'theirs']) {
    if (maker === 'ours') await run('postmap', [`cdb:${path}`]);
    else await theirs('postmap', [`cdb:${path}`]);
    for (const key of ['usuario1@valija.test', 'USUARIO2@valija.test', '"two words"@valija.test', 'none@valija.test']) {
      const [mine, reference] = [
        await run('postmap', ['-q', key, `cdb:${path}`]),
        await theirs('postmap', ['-q', key, `cdb:${path}`]),
      ];
      assert.deepEqual([mine.code, mine.output], [reference.code, reference.output], `${maker}: ${key}`);
    }
  }
  const input = 'usuario1@valija.test\nnone\nusuario2@valija.test\n';
  const [mine, reference] = [
    await run('postmap', ['-q', '-', `cdb:${path}`], { input }),
    await theirs('postmap', ['-q', '-', `cdb:${path}`], { input }),
  ];
  assert.deepEqual([mine.code, mine.output], [reference.code, reference.output]);
});

programTest(
  'postmap',
  '[C66] [C63] a Berkeley DB file of ten thousand entries, with long values, is read whole',
  async () => {
    const lines = Array.from(
      { length: 10_000 },
      (_, i) => `usuario${i}@valija.test ${i % 500 === 0 ? 'x'.repeat(9_000) : `valija.test/usuario${i}/`}\n`,
    );
    const path = write(lines.join(''));
    assert.equal((await theirs('postmap', [`hash:${path}`])).code, 0);
    rmSync(path);
    await using table = await openTable(`hash:${path}`, { warn: (text) => assert.fail(text) });
    const entries = (await table.entries()) ?? [];
    assert.deepEqual(Array.from(entries, ([key, value]) => `${key} ${value}\n`).sort(), lines.toSorted());
  },
);

programTest('postmap', '[C35] regexp:, pcre: and cidr: tables answer as Postfix does', async () => {
  const patterns = write(
    '/^(.*)@a\\.(com|org)$/ R1 $1 $(2)x $(1)y $$z\n!/\\.org$/ NEG\nif /x/\n/xy/ XY\nif !/z/\n/q/ xq-noz\nendif\nendif\n/UP/i case-sens\n',
  );
  const networks = write(
    '192.0.2.0/24 net\nif 10.0.0.0/8\n10.1.0.0/16 one\n!10.2.0.0/16 two\nendif\n!192.0.0.0/8 neg\n2001:db8::/32 six\n',
  );
  const words = ['Foo@a.com', 'x@a.org', 'xyq.org', 'xq.org', 'xqz.org', 'up.org', 'UP.org'];
  const addresses = ['192.0.2.7', '10.1.2.3', '10.2.0.1', '10.3.0.1', '192.9.9.9', '2001:db8::5', 'example.org'];
  for (const [type, file, keys] of [
    ['regexp', patterns, words],
    ['pcre', patterns, words],
    ['cidr', networks, addresses],
  ] as const) {
    await using table = await openTable(`${type}:${file}`, { warn: (text) => assert.fail(text) });
    const reference = await theirs('postmap', ['-q', '-', `${type}:${file}`], { input: `${keys.join('\n')}\n` });
    const found: string[] = [];
    for (const key of keys) {
      const value = await table.find(key);
      if (value !== undefined) found.push(`${key}\t${value}\n`);
    }
    assert.equal(found.join(''), reference.output, type);
  }
});

/** Parts of patterns that both know, and keys that tell them apart. */
const PARTS = {
  regexp: [
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '[[:digit:]]',
    '\\.',
    '(a|ab)',
    '(b)',
    '(ab*)',
    '^',
    '$',
    'a*',
    'b+',
    'a?',
    'a{2}',
    '\\<',
    '\\>',
    '[.]',
    '[]x]',
    '@',
    '[a-c]',
    '[\\]',
  ],
  pcre: [
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '\\d',
    '\\.',
    '(a|ab)',
    '(b)',
    '(?:ab)*',
    '^',
    '$',
    'a*?',
    'b+',
    'a?',
    'a{2}',
    '\\b',
    '[.]',
    '@',
    '\\w+',
    '(?i:A)',
    '(?<!a)b',
  ],
};
const KEYS = [
  'a',
  'b',
  'ab',
  'aab',
  'abb',
  'a.b',
  '1',
  'a1b',
  'ab@a.b',
  'x',
  'aa',
  '\\',
  'AB',
  'ba ab',
  'b@b',
  ']',
  'abab',
];

for (const type of ['regexp', 'pcre'] as const) {
  programTest('postmap', `[C35] a hundred generated ${type}: patterns match, and take, what Postfix's do`, async () => {
    const pattern = fc
      .array(fc.constantFrom(...PARTS[type]), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join(''));
    for (const text of fc.sample(pattern, { numRuns: 100, seed: FUZZ_SEED })) {
      const path = write(`/(${text})/ [$1]\n`);
      const reference = await theirs('postmap', ['-q', '-', `${type}:${path}`], { input: `${KEYS.join('\n')}\n` });
      await using table = await openTable(`${type}:${path}`, { warn: (warning) => assert.fail(warning) });
      const values = await Promise.all(KEYS.map((key) => table.find(key)));
      const found = KEYS.flatMap((key, i) => (values[i] === undefined ? [] : [`${key}\t${values[i]}\n`]));
      assert.equal(found.join(''), reference.output, `FUZZ_SEED=${FUZZ_SEED} ${text}`);
    }
  });
}

programTest('postalias', '[C32] our table of aliases is asked by Postfix, and theirs by us', async () => {
  const path = write('Root: usuario1,\n  "|cmd with, args"\n"two words": :include:/etc/list\n');
  assert.equal((await run('postalias', [`cdb:${path}`])).code, 0);
  assert.equal((await theirs('postalias', ['-q', 'root', `cdb:${path}`])).output, 'usuario1,  "|cmd with, args"\n');
  assert.equal((await theirs('postalias', [`cdb:${path}`])).code, 0);
  assert.equal((await run('postalias', ['-q', 'two words', `cdb:${path}`])).output, ':include:/etc/list\n');
  assert.equal((await run('postalias', ['-q', 'ROOT', `cdb:${path}`])).output, 'usuario1, "|cmd with, args"\n');
});

test('[C66] postmap of ours alone: hash: and a bare name make the cdb and say so; -s, -i, -r, -d', async () => {
  const path = write('a one\nb two\n');
  const made = await run('postmap', [`hash:${path}`]);
  assert.deepEqual([made.code, made.output], [0, '']);
  assert.equal(made.errors, `postmap: ${path}.cdb is made; .db files of Postfix are read, not written.\n`);
  assert.equal((await run('postmap', ['-s', path])).output, 'a\tone\nb\ttwo\n');

  const again = await run('postmap', ['-i', `cdb:${path}`], { input: 'c three\na other\n' });
  assert.match(again.errors, /\(stdin\):2: duplicate entry: "a"/);
  await run('postmap', ['-i', '-r', `cdb:${path}`], { input: 'B changed\n' });
  assert.equal((await run('postmap', ['-s', `cdb:${path}`])).output, 'a\tone\nb\tchanged\nc\tthree\n');

  assert.equal((await run('postmap', ['-d', 'nobody', path])).code, 1);
  assert.equal((await run('postmap', ['-d', '-', path], { input: 'A\nnobody\n' })).code, 0);
  assert.equal((await run('postmap', ['-q', 'a', path])).code, 1);
});

test('[C32] newaliases: the indexes that alias_maps needs; files without one are read for their mistakes', async () => {
  const [indexed, plain] = [
    write('root: usuario1\nusuario3: usuario1, usuario2\n'),
    write('root: "|open\nadmin: root\n'),
  ];
  const listen = '[[listen]]\nservice = "smtp"\naddress = "127.0.0.1"\nport = 2025\n';
  const config = write(`alias_maps = ["hash:${indexed}", "texthash:${plain}", "regexp:/nonexistent"]\n${listen}`);
  const { code, output, errors } = await run('newaliases', ['--config', config]);
  assert.deepEqual([code, errors.split(': ').slice(0, 2)], [0, ['newaliases', 'warning']]);
  assert.match(errors, /:1: root: a quotation is not closed/);
  assert.equal(output, `${indexed}: 2 aliases, index made.\n${plain}: 2 aliases; read as it is, without an index.\n`);
  assert.equal((await run('postalias', ['-q', 'usuario3', `cdb:${indexed}`])).output, 'usuario1, usuario2\n');
});

test('postmap of ours alone: what cannot be done is said', async () => {
  const path = write('a one\n');
  const damaged = write('');
  writeFileSync(`${damaged}.cdb`, 'no index');
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [[join(folder, 'none')], 66, /there is no file .*none/],
    [[`btree:${path}`], 64, /btree: tables are not supported: run `valija postmap cdb:FILE`/],
    [[`pcre:${path}`], 64, /pcre: tables are read as they are/],
    [['-s', `static:x`], 64, /static:x has no list of keys/],
    [['-s', '-q', 'a', path], 64, /exclude each other/],
    [['-i', `cdb:${damaged}`], 74, /too short for a cdb file/],
    [['-q', 'a', `pcre:${path}`], 74, /table\d+:1: "a one" does not begin with a pattern/],
  ];
  for (const [args, code, message] of cases) {
    const { code: given, errors } = await run('postmap', args);
    assert.equal(given, code, args.join(' '));
    assert.match(errors, message);
  }
});

test('[C66] root makes an index as the owner of its source', {
  skip: process.geteuid?.() === 0 ? false : 'not root',
}, async () => {
  const home = mkdtempSync(join(folder, 'home-'));
  const path = join(home, 'table');
  writeFileSync(path, 'a b\n', { mode: 0o640 });
  for (const each of [home, path]) chownSync(each, 12_345, 12_346);
  assert.equal((await run('postmap', [`cdb:${path}`])).code, 0);
  const { uid, gid, mode } = statSync(`${path}.cdb`);
  assert.deepEqual([uid, gid, mode & 0o777], [12_345, 12_346, 0o640]);
});
