// The program as people run it: `bin/valija` as a child, on a state of its own.

import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { formatJsonLine, formatTextLine } from '#platform/log/log-line.ts';

const VALIJA = resolve(import.meta.dirname, '../../bin/valija');

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

function openState() {
  const folder = mkdtempSync(join(tmpdir(), 'valija-cli-'));
  mkdirSync(join(folder, 'state'));
  writeFileSync(join(folder, 'state', 'valija.toml'), '[[listen]]\nservice = "smtp"\nport = 0\n');
  const run = (line: string | readonly string[], input = '', environment: Record<string, string> = {}) =>
    new Promise<Outcome>((settle) => {
      const words = typeof line === 'string' ? line.split(' ') : line;
      const env = { PATH: process.env['PATH'], LANG: 'C', ...environment };
      const child = execFile(VALIJA, words, { cwd: folder, env }, (error, output, errors) => {
        settle({ code: error === null ? 0 : Number(error.code), output, errors });
      });
      child.stdin?.end(input);
    });
  return { folder, run, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

test('[C34] domains, accounts and aliases are made, shown and removed, without a server', async () => {
  using state = openState();
  const { run } = state;
  assert.match((await run('domain add valija.test')).output, /^Domain valija\.test added\.\n/);
  const added = await run('account add usuario1@valija.test --quota 1.5G --password-stdin', 'una contraseña\n');
  assert.deepEqual([added.code, added.output], [0, 'Account usuario1@valija.test added.\n']);
  await run('alias add ventas@valija.test usuario1@valija.test otra@example.org');
  await run('domain set valija.test --catch-all usuario1@valija.test');
  await run(['account', 'set', 'usuario1@valija.test', '--name', "José 'Pepe' Ñ", '--add-address', 'uno@valija.test']);

  const shown = JSON.parse((await run('account show usuario1@valija.test --json')).output);
  assert.partialDeepStrictEqual(shown, {
    id: 'usuario1@valija.test',
    displayName: "José 'Pepe' Ñ",
    addresses: ['usuario1@valija.test', 'uno@valija.test'],
    quotaBytes: 1_610_612_736,
    disabled: false,
    passwordScheme: 'ARGON2ID',
    scram: true,
  });
  const listed = (await run('domain list')).output.split('\n');
  assert.equal(listed[0], 'Domain       Accounts  Aliases  State    Catch-all');
  assert.equal(listed[1], 'valija.test         1        1  enabled  usuario1@valija.test');
  assert.deepEqual(JSON.parse((await run('alias list --json')).output)[0].targets, [
    'usuario1@valija.test',
    'otra@example.org',
  ]);

  const inUse = await run('domain remove valija.test');
  assert.deepEqual([inUse.code, inUse.output], [73, '']);
  assert.match(inUse.errors, /still has 1 accounts and 1 aliases/);
  await run('domain set valija.test --no-catch-all');
  await run('alias remove ventas@valija.test');
  await run('account remove usuario1@valija.test');
  assert.equal((await run('domain remove valija.test')).code, 0);
});

test('a password never comes as an argument, and is not repeated when somebody tries', async () => {
  using state = openState();
  await state.run('domain add valija.test');
  for (const line of [
    'account add usuario1@valija.test secretísima',
    'account add usuario1@valija.test --password secretísima',
    'account add usuario1@valija.test --password=secretísima',
    'account password usuario1@valija.test secretísima',
  ]) {
    const { code, output, errors } = await state.run(line);
    assert.equal(code, 64, line);
    assert.match(errors, /never given as an argument/);
    assert.ok(!`${output}${errors}`.includes('secretísima'));
  }
  assert.deepEqual(JSON.parse((await state.run('account list --json')).output), []);
});

test('passwords and hashes come by standard input, one line', async () => {
  using state = openState();
  const { run } = state;
  await run('domain add valija.test');
  const codes = async (input: string) => (await run('account add a@valija.test --password-stdin', input)).code;
  assert.equal(await codes(''), 65);
  assert.equal(await codes('corta\n'), 65);
  assert.equal(await codes('una contraseña\ny otra\n'), 65);
  assert.equal(await codes('x'.repeat(100_000)), 65);
  const hash = '$6$short$H.b6NeQvCMQ5GOPvzn5zXXcNUM2w0yE5a8Oal0EJetFKvqFQ6m2H7Mqzyppvg98IIRXVxUXmgh7oCMe8z/7hP0';
  assert.equal((await run('account add a@valija.test --hash-stdin', 'no hash')).code, 65);
  assert.equal((await run('account add a@valija.test --hash-stdin', `${hash}\n`)).code, 0);
  const { output } = await run('account show a@valija.test');
  assert.match(output, /SHA512-CRYPT \(no SCRAM\)/);
  assert.ok(!output.includes('H.b6NeQv'));
  const nowhere = await run('account add b@valija.test');
  assert.equal(nowhere.code, 64);
  assert.match(nowhere.errors, /--password-stdin/);
});

/** At a terminal (`script` of bsdutils makes one): each answer is typed when a question has been asked. */
function typeAt(folder: string, line: string, answers: string[]): Promise<{ code: number | null; screen: string }> {
  const env = { PATH: process.env['PATH'], LANG: 'C', TERM: 'xterm' };
  const child = spawn('script', ['-qec', `${VALIJA} ${line}`, '/dev/null'], { cwd: folder, env });
  let screen = '';
  child.stdout.on('data', (chunk) => {
    screen += chunk;
    const answer = screen.endsWith(': ') ? answers.shift() : undefined;
    if (answer !== undefined) child.stdin.write(answer);
  });
  return new Promise((settle) => child.on('close', (code) => settle({ code, screen })));
}

test('at a terminal the password is asked for twice and never shown', async () => {
  using state = openState();
  await state.run('domain add valija.test');
  const add = 'account add usuario1@valija.test';
  const differing = await typeAt(state.folder, add, ['secretísima1\r', 'secretísima2\r']);
  assert.equal(differing.code, 65);
  assert.match(differing.screen, /the two passwords differ/);
  const left = await typeAt(state.folder, add, ['secretísima\x03']);
  assert.equal(left.code, 130);
  const added = await typeAt(state.folder, add, ['secretísima\r', 'secretísima\r']);
  assert.equal(added.code, 0, added.screen);
  for (const { screen } of [differing, left, added]) assert.ok(!screen.includes('secret'), screen);
  // Colours, since a person reads here.
  assert.match(left.screen, /\x1b\[31mvalija:/);
  const [account] = JSON.parse((await state.run('account list --json')).output);
  assert.equal(account.passwordScheme, 'ARGON2ID');
});

test('mistakes are said in the language of the person, with the near word or what could have been said', async () => {
  using state = openState();
  const { run } = state;
  const spanish = { LANG: 'es_ES.UTF-8' };
  const mistakes: readonly (readonly [
    line: string,
    environment: Record<string, string>,
    code: number,
    text: RegExp,
  ])[] = [
    ['domian list', {}, 64, /no command «domian»\nDid you mean domain\?\nSee: valija --help/],
    ['account show \x1b[2Ja@b.test', {}, 66, /no account \?\[2Ja@b\.test/],
    ['help domain lst', {}, 64, /no command «lst»\nSee: valija domain --help/],
    ['domain lst', spanish, 64, /no existe la orden «lst»\n¿Quería decir list\?\nVéase: valija domain --help/],
    ['domain list --jsn', spanish, 64, /no existe la opción --jsn\n¿Quería decir --json\?/],
    ['domain add', spanish, 64, /falta domain/],
    ['domain add a.test b.test', { LC_ALL: 'es', LANG: 'en' }, 64, /se esperaban 1 y hay 2/],
    ['domain show nada.test --lang es', {}, 66, /no hay ningún dominio nada\.test/],
    ['domain show nada.test', {}, 66, /there is no domain nada\.test/],
    ['domain add no_es_-.test', spanish, 65, /no es un nombre de dominio/],
    ['--lang fr status', {}, 64, /«fr» is not a value.*\nOne of: en, es\n/],
    ['queue list --older-than soon', {}, 64, /«soon» is not a value for --older-than; values are: 30m, 2h, 5d/],
    ['why --since luego', spanish, 64, /«luego» no es un valor para --since; valores son: 2h \(hace\), ayer/],
    ['log --lines 1000001', {}, 64, /whole numbers from 0 to 1000000/],
    ['account set a@b.test --quota muchos', {}, 65, /not a size/],
    ['account set a@b.test', {}, 64, /nothing was asked to be changed; the options are: --name, --quota, --add/],
    ['domain set a.test --json', {}, 64, /options are: --catch-all, --no-catch-all, --disable, --enable\n/],
    ['domain set a.test', spanish, 64, /no se ha pedido ningún cambio; las opciones son: --catch-all/],
    ['domain set a.test --enable --disable', {}, 64, /exclude each other/],
    ['status --config no.toml', {}, 78, /no\.toml: there is no such file/],
  ];
  for (const [line, environment, code, text] of mistakes) {
    const outcome = await run(line, '', environment);
    assert.equal(outcome.code, code, `${line}: ${outcome.errors}`);
    assert.match(outcome.errors, text);
    assert.equal(outcome.output, '', line);
  }
});

test('every command has help with an example, and no colours where nobody reads them', async () => {
  using state = openState();
  const top = await state.run('help');
  assert.equal(top.code, 0);
  const group = await state.run('help account');
  for (const [help, word] of [
    [top, /valija account add/],
    [group, /password \[options\] <account>/],
    [await state.run('help account password'), /pass show ana \| valija account password/],
    [await state.run('log --help --lang es'), /Ejemplos:\n {2}valija log -n 100/],
    [await state.run('--lang es help account add'), /valija account add \[opciones\]/],
    [await state.run('account help add'), /valija account add \[options\]/],
  ] as const) {
    assert.equal(help.code, 0);
    assert.match(help.output, word);
    assert.ok(!help.output.includes('\x1b'));
  }
  const bare = await state.run([]);
  assert.deepEqual([bare.code, bare.output], [64, '']);
  assert.match(bare.errors, /^Usage: valija/);
});

test('without a server: status says so by its exit code, why has nothing to tell', async () => {
  using state = openState();
  const status = await state.run('status --json');
  assert.equal(status.code, 69);
  assert.deepEqual(JSON.parse(status.output), { running: false });
  assert.match(status.errors, /no server runs here/);
  assert.equal((await state.run('why 4XyZ')).code, 66);
});

test('stories that cannot be read are said so, without the insides of the program', async () => {
  using state = openState();
  writeFileSync(join(state.folder, 'state', 'journeys.db'), 'no database of anybody’s'.repeat(100));
  const { code, errors } = await state.run('why 4XyZ');
  assert.equal(code, 74);
  assert.match(errors, /^valija: the stories in \S+journeys\.db cannot be read: .+ See: valija state verify\n$/);
});

test('what the machine refuses is one line and no bug: a folder that is none, one of somebody else, a full disk', async () => {
  using state = openState();
  writeFileSync(join(state.folder, 'state', 'journal'), '');
  const folder = await state.run('journal list');
  assert.deepEqual([folder.code, folder.errors.split('\n').length], [74, 2], folder.errors);
  assert.match(folder.errors, /^valija: ENOTDIR: .*journal'$/m);
  if (process.getuid?.() !== 0) {
    mkdirSync(join(state.folder, 'state', 'run'), { mode: 0o000 });
    const closed = await state.run('--lang es status');
    for (const folder of ['log', 'configurations']) {
      mkdirSync(join(state.folder, 'state', folder), { mode: 0o000 });
      const hidden = await state.run(folder === 'log' ? 'log' : 'config history');
      assert.deepEqual([hidden.code, /^valija: this user may not do that: EACCES/.test(hidden.errors)], [77, true]);
    }
    for (const folder of ['run', 'log', 'configurations']) chmodSync(join(state.folder, 'state', folder), 0o700);
    assert.equal(closed.code, 77);
    assert.match(closed.errors, new RegExp(`no puede preguntar.*dueño, ${userInfo().username}\\.`));
  }
  const full = spawnSync('/bin/sh', ['-c', `${VALIJA} help >/dev/full`], { encoding: 'utf8' });
  assert.deepEqual([full.status, full.stderr.split('\n').length], [74, 2], full.stderr);
});

test('[C41] a configuration that keeps mail out is good, and that is said, in both languages', async () => {
  using state = openState();
  const file = join(state.folder, 'state', 'valija.toml');
  const door = '[[listen]]\nservice = "smtp"\naddress = "0.0.0.0"\nport = 25\n';
  writeFileSync(file, `smtpd_tls_security_level = "encrypt"\n${door}`);
  const { code, output } = await state.run('config check');
  assert.equal(code, 0);
  assert.match(output, /^\S+ is good: 1 listeners\nwarning: 0\.0\.0\.0 port 25: .*"encrypt" keeps out mail of servers/);
  assert.match(
    (await state.run('--lang es config check')).output,
    /aviso: 0\.0\.0\.0 port 25: .* deja fuera el correo/,
  );
});

test('notify_classes as Postfix has them are good; those for which nothing is sent are named', async () => {
  using state = openState();
  const settings = 'notify_classes = ["bounce", "resource", "software"]\n[[listen]]\nservice = "smtp"\nport = 25\n';
  writeFileSync(join(state.folder, 'state', 'valija.toml'), settings);
  const { code, output } = await state.run('config check');
  assert.equal(code, 0);
  assert.match(output, /nothing is sent for "resource".*\n.*nothing is sent for "software"/);
  assert.doesNotMatch(output, /"bounce"/);
  assert.match((await state.run('--lang es config check')).output, /por «software» no se envía nada/);
});

test('a configuration is checked and shown, for people and as JSON', async () => {
  using state = openState();
  const file = join(state.folder, 'state', 'valija.toml');
  assert.match((await state.run('config check')).output, /valija\.toml is good: 1 listeners\n$/);
  assert.deepEqual(JSON.parse((await state.run(`config check ${file} --json`)).output), {
    file,
    ok: true,
    warnings: [],
  });
  assert.equal(JSON.parse((await state.run('config show --json')).output).listen[0].service, 'smtp');
  writeFileSync(file, 'myhostnam = "x"\n');
  const bad = await state.run('config check');
  assert.equal(bad.code, 78);
  assert.match(
    bad.errors,
    /the configuration is not usable:\n(.+\n)* {2}\S+valija\.toml:1: myhostnam: there is no such setting/,
  );
});

test('a demo password that is none is refused as such', async () => {
  using state = openState();
  const { code, errors } = await state.run('start', '', { VALIJA_DEMO_PASSWORD: 'short', LANG: 'es' });
  assert.equal(code, 65);
  assert.match(errors, /^valija: una contraseña tiene al menos 8 caracteres\n$/);
});

test('the log is shown from its end, in either form, and harmless for the terminal', async () => {
  using state = openState();
  const log = join(state.folder, 'state', 'log');
  assert.equal((await state.run('log')).code, 66);
  mkdirSync(log);
  const line = { atMs: 0, host: 'mail', pid: 7, level: 'warn', area: 'smtpd', fields: { n: 3 } } as const;
  const lines = [
    ...Array.from({ length: 100 }, (_, i) => formatTextLine({ ...line, text: `número ${i}` })),
    formatJsonLine({ ...line, text: 'as JSON' }),
    'not of ours \x1b[31m\n',
  ];
  writeFileSync(join(log, 'valija.log'), lines.join(''));
  const text = await state.run('log -n 3');
  assert.deepEqual(text.output.split('\n'), [
    '1970-01-01T00:00:00.000Z smtpd: número 99 n=3',
    '1970-01-01T00:00:00.000Z smtpd: as JSON n=3',
    'not of ours ?[31m',
    '',
  ]);
  const json = (await state.run('log -n 3 --json')).output
    .trimEnd()
    .split('\n')
    .map((each) => JSON.parse(each));
  assert.deepEqual(
    json.map(({ level, area }) => [level, area]),
    [
      ['warn', 'smtpd'],
      ['warn', 'smtpd'],
      [undefined, undefined],
    ],
  );
  assert.equal((await state.run('log')).output.split('\n').length, 51);
  assert.equal((await state.run('log -n x')).code, 64);
});

test('it runs through a symbolic link, with the configuration that is named', async () => {
  using state = openState();
  const link = join(state.folder, 'valija');
  symlinkSync(VALIJA, link);
  const config = join(state.folder, 'other.toml');
  writeFileSync(config, 'state_directory = "elsewhere"\n[[listen]]\nservice = "smtp"\nport = 0\n');
  const run = (words: string[], env: Record<string, string>) =>
    new Promise<string>((settle) => {
      execFile(link, words, { cwd: '/', env: { PATH: process.env['PATH'], ...env } }, (_, output) => settle(output));
    });
  assert.match(await run(['--version'], {}), /^\d+\.\d+\.\d+\n$/);
  assert.match(await run(['domain', 'add', 'valija.test', '--config', config], {}), /added/);
  assert.match(await run(['domain', 'list'], { VALIJA_CONFIG: config }), /^valija\.test/m);
});

test('without a Node that is new enough it says what to do', async () => {
  using state = openState();
  const copy = join(state.folder, 'copy');
  mkdirSync(join(copy, 'bin'), { recursive: true });
  copyFileSync(VALIJA, join(copy, 'bin', 'valija'));
  const old = join(state.folder, 'node');
  writeFileSync(old, '#!/bin/sh\necho 20\n', { mode: 0o755 });
  const outcome = await new Promise<Outcome>((settle) => {
    const env = { PATH: `${state.folder}:/usr/bin:/bin` };
    execFile(join(copy, 'bin', 'valija'), ['status'], { env }, (error, output, errors) => {
      settle({ code: Number(error?.code ?? 0), output, errors });
    });
  });
  assert.deepEqual([outcome.code, outcome.output], [69, '']);
  assert.match(outcome.errors, /Node 24 is needed and was not found\. Run this in .*copy: npm install/);
});

test('[C64] a domain that the settings or their tables have is refused at once, by name, without a server', async () => {
  using state = openState();
  const table = join(state.folder, 'vmailbox');
  writeFileSync(table, 'info@tabla.test  tabla.test/info/\ntabla.test x\n');
  const file = join(state.folder, 'state', 'valija.toml');
  const settings = ['relay_domains = ["alumnos.test"]', `virtual_mailbox_maps = ["texthash:${table}"]`];
  writeFileSync(file, `${settings.join('\n')}\n${readFileSync(file, 'utf8')}`);
  const relay = await state.run('domain add alumnos.test');
  assert.deepEqual([relay.code, relay.output], [73, '']);
  assert.match(relay.errors, /domain alumnos\.test is in .*relay_domains; a domain is of one class/);
  const inTable = await state.run('domain add Tabla.TEST --lang es');
  assert.equal(inTable.code, 73);
  assert.match(inTable.errors, /el dominio tabla\.test está ya en virtual_mailbox_domains, en valija\.toml/);
  assert.equal((await state.run('domain list')).output.includes('test'), false);
  assert.equal((await state.run('domain add otra.test')).code, 0);
});

test('[C63] accounts of the same local part in two domains are two accounts', async () => {
  using state = openState();
  const { run } = state;
  for (const domain of ['uno.test', 'dos.test']) {
    await run(`domain add ${domain}`);
    await run(`account add info@${domain} --quota ${domain === 'uno.test' ? '1M' : '2M'} --no-password`);
  }
  const accounts = JSON.parse((await run('account list --json')).output) as { id: string; quotaBytes: number }[];
  assert.deepEqual(
    accounts.map(({ id, quotaBytes }) => [id, quotaBytes]),
    [
      ['info@dos.test', 2_097_152],
      ['info@uno.test', 1_048_576],
    ],
  );
  assert.equal(JSON.parse((await run('account list --domain uno.test --json')).output).length, 1);
});
