import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { readIncludeFile } from './include-file.ts';
import { openTable, type TableOptions } from './open-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-tables-'));
after(() => rmSync(folder, { recursive: true }));
const GIVEN = join(import.meta.dirname, '../../../test/world/tables');

/** A folder of its own with these files; what was warned of; a clock that stands. */
function world(files: Readonly<Record<string, string>>) {
  const home = mkdtempSync(join(folder, 'x-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
  const warnings: string[] = [];
  const clock = { nowMs: 0 };
  const options: TableOptions = { warn: (text) => warnings.push(text), nowMs: () => clock.nowMs };
  return { home, warnings, clock, options, path: (name: string) => join(home, name) };
}

/** Of some seconds ago, or from now. */
function setAge(path: string, seconds: number): void {
  const at = Date.now() / 1000 - seconds;
  utimesSync(path, at, at);
}

test("[C66] texthash: Postfix's format, keys folded, what is wrong told with file and line", async () => {
  const { path, warnings, options } = world({
    virtual: `# a comment
Foo@Valija.test  value one
   continued
# in between
   again

baz: x
foo@valija.test second
novalue
"two words" v
"open v
  \t
ñandú@valija.test usuario2\r
`,
  });
  await using table = await openTable(`texthash:${path('virtual')}`, options);
  assert.equal(table.isPattern, false);
  assert.equal(await table.find('foo@VALIJA.test'), 'value one   continued   again');
  assert.equal(await table.find('"two words"'), 'v');
  assert.equal(await table.find('ÑANDÚ@valija.test'), 'usuario2');
  assert.equal(await table.find('novalue'), undefined);
  assert.deepEqual(
    warnings.map((text) => text.slice(folder.length + 1).replace(/^[^/]*\//, '')),
    [
      'virtual:7: this record is in "key: value" format; is this an alias file?',
      'virtual:8: duplicate entry: "foo@valija.test"; the first one holds',
      'virtual:9: expected format: key whitespace value; ignored',
      "virtual:11: a quotation is not closed: '\"' is missing; ignored",
    ],
  );
});

/** As Notepad writes it. */
const MARK = '\ufeff';

test('[C66] a table of an editor of Windows: no byte order mark in the first key, no CR in the last value', async () => {
  const { path, warnings, options } = world({
    text: `${MARK}a@valija.test one\r\nb@valija.test two\r\n  goes on\r\n`,
    comment: `${MARK}# of ours\r\na@valija.test one\r\n`,
    expressions: `${MARK}/^a@/ one\r\n/^b@/ two\r\n`,
    networks: `${MARK}192.0.2.0/24 one\r\n`,
    list: `${MARK}usuario1\r\nusuario2\r\n`,
  });
  await using text = await openTable(`texthash:${path('text')}`, options);
  assert.deepEqual([await text.find('a@valija.test'), await text.find('b@valija.test')], ['one', 'two  goes on']);
  assert.equal(await text.find(`${MARK}a@valija.test`), undefined);
  await using comment = await openTable(`texthash:${path('comment')}`, options);
  assert.equal(await comment.find('a@valija.test'), 'one');
  for (const type of ['regexp', 'pcre']) {
    await using expressions = await openTable(`${type}:${path('expressions')}`, options);
    assert.deepEqual([await expressions.find('a@x'), await expressions.find('b@x')], ['one', 'two'], type);
  }
  await using networks = await openTable(`cidr:${path('networks')}`, options);
  assert.equal(await networks.find('192.0.2.7'), 'one');
  chmodSync(path('list'), 0o644);
  assert.equal(await readIncludeFile(path('list')), 'usuario1\r\nusuario2\r\n');
  assert.deepEqual(warnings, []);
});

test('lines that are not UTF-8, or go on with nothing, are told and passed over', async () => {
  const { path, warnings, options } = world({ t: '' });
  writeFileSync(
    path('t'),
    Buffer.concat([Buffer.from(' begins x\na one\nb '), Buffer.from([0xe9, 0x0a]), Buffer.from('c three')]),
  );
  await using table = await openTable(`texthash:${path('t')}`, options);
  assert.deepEqual([await table.find('a'), await table.find('b'), await table.find('c')], ['one', undefined, 'three']);
  assert.match(warnings.join('\n'), /t:1: it begins with white space.*\n.*t:3: it is not UTF-8/);
});

test('[C66] [C63] hash: a genuine Berkeley DB file of Postfix is read', async () => {
  const { path, options } = world({});
  copyFileSync(join(GIVEN, 'virtual.db'), path('virtual.db'));
  await using table = await openTable(`hash:${path('virtual')}`, options);
  assert.equal(await table.find('Usuario1@valija.test'), 'usuario1');
  assert.equal(await table.find('usuario9@valija.test'), undefined);
});

test('[C66] a source newer than its index is used at once, and the index rebuilt; nothing is started anew', async () => {
  for (const type of ['cdb', 'hash']) {
    const { home, path, clock, options } = world({ virtual: 'a one\n' });
    if (type === 'hash') {
      copyFileSync(join(GIVEN, 'virtual.db'), path('virtual.db'));
      setAge(path('virtual.db'), 60);
    }
    const table = await openTable(`${type}:${path('virtual')}`, options);
    assert.equal(await table.find('a'), 'one');
    await table[Symbol.asyncDispose]();
    await using rebuilt = await openTable(`cdb:${path('virtual')}`, { ...options, rebuildsIndexes: false });
    assert.ok(existsSync(path('virtual.cdb')));
    assert.ok(statSync(path('virtual.cdb')).mtimeMs >= statSync(path('virtual')).mtimeMs);
    assert.deepEqual(
      readdirSync(home).filter((name) => name.endsWith('.new')),
      [],
    );
    assert.equal(await rebuilt.find('a'), 'one');

    writeFileSync(path('virtual'), 'a two\nb new\n');
    setAge(path('virtual'), -5);
    assert.equal(await rebuilt.find('a'), 'one', 'within a second nobody looks');
    clock.nowMs += 1_000;
    assert.deepEqual([await rebuilt.find('a'), await rebuilt.find('b')], ['two', 'new']);
  }
});

test('[C66] an index rebuilt behind the table is the next one that it reads, and the source may go', async () => {
  const { path, clock, options } = world({ virtual: 'a one\n' });
  await using table = await openTable(`cdb:${path('virtual')}`, options);
  writeFileSync(path('virtual'), 'a two\n');
  setAge(path('virtual'), -5);
  clock.nowMs += 1_000;
  assert.equal(await table.find('a'), 'two');
  while (
    !existsSync(path('virtual.cdb')) ||
    statSync(path('virtual.cdb')).mtimeMs < statSync(path('virtual')).mtimeMs
  ) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  rmSync(path('virtual'));
  clock.nowMs += 1_000;
  assert.equal(await table.find('a'), 'two');
});

test('[C66] the index has the rights of its source, but is written by nobody else', async () => {
  const { path, options } = world({ secret: 'a b\n' });
  chmodSync(path('secret'), 0o660);
  await (await openTable(`cdb:${path('secret')}`, options))[Symbol.asyncDispose]();
  assert.equal(statSync(path('secret.cdb')).mode & 0o777, 0o640);
});

test('a new version that cannot be used is warned of once, and the old one stays', async () => {
  const { path, warnings, clock, options } = world({ rules: '/a/ one\n' });
  await using table = await openTable(`pcre:${path('rules')}`, options);
  assert.equal(table.isPattern, true);
  writeFileSync(path('rules'), '/a/ two\n/(b/ x\n');
  for (let second = 0; second < 3; second++) {
    clock.nowMs += 1_000;
    assert.equal(await table.find('a'), 'one');
  }
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /rules:2: .*what was read before stays in use/);
  rmSync(path('rules'));
  clock.nowMs += 1_000;
  assert.equal(await table.find('a'), 'one');
  writeFileSync(path('rules'), '/a/ three\n');
  clock.nowMs += 1_000;
  assert.equal(await table.find('a'), 'three');
});

test('a damaged index is set against its source; without one the table cannot be opened', async () => {
  const { path, warnings, options } = world({ 'virtual.db': 'no database', virtual: 'a source\n' });
  setAge(path('virtual'), 60);
  await using table = await openTable(`hash:${path('virtual')}`, options);
  assert.equal(await table.find('a'), 'source');
  assert.match(warnings.join(), /virtual\.db: it is too short.*is used instead/);
  const alone = world({ 'virtual.cdb': 'x'.repeat(10) });
  await assert.rejects(openTable(`cdb:${alone.path('virtual')}`, alone.options), (error) => {
    return error instanceof WorldError && /too short for a cdb file/.test(error.message);
  });
});

test('an index that cannot be written is warned of, and the source serves', async () => {
  const { path, warnings, options } = world({ virtual: 'a one\n' });
  // A folder is in the way: it stops root as well.
  mkdirSync(path('virtual.cdb'));
  setAge(path('virtual.cdb'), 60);
  const table = await openTable(`cdb:${path('virtual')}`, options);
  assert.equal(await table.find('a'), 'one');
  await table[Symbol.asyncDispose]();
  assert.match(warnings.join(), /its index is older than its source and cannot be written/);
});

test('[C32] an alias file as the source of hash:', async () => {
  const { path, warnings, options } = world({
    aliases: 'Root: usuario1,\n  "|cmd a, b"\nbad\nfull@valija.test: x\nx: "open\n',
  });
  const table = await openTable(`hash:${path('aliases')}`, { ...options, form: 'aliases' });
  assert.equal(await table.find('root'), 'usuario1,  "|cmd a, b"');
  await table[Symbol.asyncDispose]();
  assert.match(
    warnings.join('\n'),
    /aliases:3: expected format.*\n.*aliases:4: .*has a domain.*\n.*aliases:5: x: a quotation/,
  );
  await using index = await openTable(`cdb:${path('aliases')}`, options);
  assert.equal(await index.find('root'), 'usuario1,  "|cmd a, b"');
});

test('tables that are not there, and names that are none', async () => {
  const { path, options } = world({});
  await assert.rejects(
    openTable(`hash:${path('none')}`, options),
    /there is no .*none\.db, and no .*none\.cdb, and no .*none$/,
  );
  await assert.rejects(openTable(`regexp:${path('none')}`, options), /ENOENT/);
  await assert.rejects(openTable(`cdb:${folder}`, options), WorldError);
  spawnSync('mkfifo', [path('pipe')]);
  for (const name of [folder, path('pipe')]) {
    await assert.rejects(openTable(`pcre:${name}`, options), {
      message: `open pcre:${name}: ${name} is no ordinary file`,
    });
  }
  await assert.rejects(openTable('/etc/aliases', options), /has no type/);
});

test('inline:, static:, fail:, unionmap: and pipemap:', async () => {
  const { options } = world({});
  const ask = async (name: string, key: string) => {
    await using table = await openTable(name, options);
    return table.find(key);
  };
  assert.equal(await ask('inline:{a=b, {C = d e}}', 'c'), 'd e');
  assert.equal(await ask('static:x', 'anything'), 'x');
  assert.equal(await ask('unionmap:{static:x, inline:{a=y}}', 'a'), 'x,y');
  assert.equal(await ask('unionmap:{inline:{b=x}, inline:{c=y}}', 'a'), undefined);
  assert.equal(await ask('pipemap:{inline:{a=b}, inline:{b=c}}', 'A'), 'c');
  assert.equal(await ask('pipemap:{inline:{a=b}, inline:{c=d}}', 'a'), undefined);
  await assert.rejects(
    ask('unionmap:{inline:{a=b}, fail:x}', 'a'),
    (error) => error instanceof WorldError && error.transient,
  );
});

test('a hundred thousand lines are read in turns', async () => {
  const { path, options } = world({});
  writeFileSync(
    path('big'),
    Array.from({ length: 100_000 }, (_, i) => `usuario${i}@valija.test usuario${i}\n`).join(''),
  );
  const timer = setInterval(() => turns++, 1);
  let turns = 0;
  const table = await openTable(`cdb:${path('big')}`, options);
  assert.equal(await table.find('usuario99999@valija.test'), 'usuario99999');
  await table[Symbol.asyncDispose]();
  clearInterval(timer);
  assert.ok(turns > 3, `${turns} turns`);
  await using index = await openTable(`cdb:${path('big')}`, { ...options, rebuildsIndexes: false });
  rmSync(path('big'));
  assert.equal(await index.find('usuario77777@valija.test'), 'usuario77777');
  assert.ok(readFileSync(path('big.cdb')).length > 1_000_000);
});

test('[C32] an :include: file: ordinary, bounded, written by its owner alone', async () => {
  const { path, home } = world({ list: 'usuario1\n', large: 'x'.repeat(100), open: 'a\n' });
  assert.equal(await readIncludeFile(path('list')), 'usuario1\n');
  chmodSync(path('open'), 0o666);
  await assert.rejects(readIncludeFile(path('open')), /everybody may write it/);
  await assert.rejects(readIncludeFile(path('large'), { mostBytes: 99 }), /larger than 99 octets/);
  await assert.rejects(readIncludeFile(home), /no ordinary file/);
  await assert.rejects(readIncludeFile('list'), /does not begin with "\/"/);
  await assert.rejects(readIncludeFile(path('none')), (error) => error instanceof WorldError && error.transient);
});
