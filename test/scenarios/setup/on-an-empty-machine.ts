// Runs inside `test/world/empty-machine.sh`, as root: `valija setup` there, an authority, a name server and another mail server
// around it. Argument: a copy of the checkout that every user can read. Fails by an assertion.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPebble } from '../../interop/pebble-server.ts';
import { runProgram } from '../../interop/real-program.ts';
import { openSink } from '../../world/mail-sink.ts';
import { openSmtpAt } from '../../world/smtp-talk.ts';
import { until } from '../../world/until.ts';

const [checkout = ''] = process.argv.slice(2);
const HOST = '192.0.2.10';
const STRANGER = '192.0.2.20';
const PASSWORD = 'una contraseña larga';
const CONFIG = '/etc/valija/valija.toml';
const MOST_ANSWERS = 12;
const PATIENCE_MS = 300_000;
const VALIJA = join(checkout, 'bin/valija');
const PERSON = join(import.meta.dirname, 'answer-questions.exp');
const NAME_SERVER = join(import.meta.dirname, '../../world/name-server-process.ts');

const folder = mkdtempSync(join(tmpdir(), 'valija-setup-'));
await using opened = new AsyncDisposableStack();
opened.defer(await startNameServer());
const pebble = opened.use(
  await startPebble({ names: [], httpPort: 80, tlsPort: 443, dnsServer: '127.0.0.1:53', refusedNonces: 20 }),
);
const stranger = opened.use(await openSink({ address: STRANGER, port: 2525, name: 'mx.example.net' }));
const answers = [
  ...['--yes', '--account', 'ana@example.org', '--password-stdin'],
  ...['--acme', pebble.directory, '--acme-cafile', pebble.authoritiesFile, '--contact', 'ana@example.org'],
  // At port 25 of every address of this machine is the server itself.
  ...['--relayhost', '[mx.example.net]:2525'],
];

await planChangesNothing();
await failureIsUndone();
const startedMs = performance.now();
await isAnswered();
opened.defer(await serve());
await certificateCame();
await mailGoesOut();
await mailComesIn();
console.log(`from setup to the first mail out and in: ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
await againChangesNothing();
await anotherDomainIsAdded();
await opened.disposeAsync();
process.exit(0);

function setup(...words: readonly string[]) {
  return runProgram(VALIJA, ['--lang', 'en', 'setup', ...words], { input: `${PASSWORD}\n`, patienceMs: PATIENCE_MS });
}

function valija(...words: readonly string[]) {
  return runProgram(VALIJA, ['--config', CONFIG, ...words], { patienceMs: PATIENCE_MS });
}

async function planChangesNothing(): Promise<void> {
  const plan = await setup('example.org', ...answers, '--plan');
  assert.equal(plan.code, 0, plan.errors);
  for (const part of ['make the system user valija-auth', `write ${CONFIG}`, 'valija domain add example.org']) {
    assert.ok(plan.output.includes(part), plan.output);
  }
  assert.ok(!plan.output.includes(PASSWORD));
  isAsItWas();
}

function isAsItWas(): void {
  for (const path of ['/etc/valija', '/var/lib/valija', '/var/mail/vhosts']) assert.ok(!existsSync(path), path);
  for (const file of ['/etc/passwd', '/etc/group']) assert.doesNotMatch(readFileSync(file, 'utf8'), /^valija/m);
}

/** The last step cannot be done: there is no such address. */
async function failureIsUndone(): Promise<void> {
  const failed = await setup('example.org', ...answers, '--account', 'no address@example.org');
  assert.equal(failed.code, 73, failed.output);
  assert.match(failed.errors, /account add no address@example\.org[\s\S]*has been undone/);
  isAsItWas();
}

/** As a person does it, who types what the machine cannot know. */
async function isAnswered(): Promise<void> {
  const typed = [
    ...['First account', 'ana@example.org', 'Password', PASSWORD],
    ...['authority', pebble.directory, 'goes through', '[mx.example.net]:2525'],
  ];
  const words = ['--lang', 'en', 'setup', 'example.org', '--acme-cafile', pebble.authoritiesFile];
  const run = await runProgram(PERSON, [...typed, '--', VALIJA, ...words], { patienceMs: PATIENCE_MS });
  assert.equal(run.code, 0, `${run.output}\n${run.errors}`);
  const asked = /^questions: (\d+)/m.exec(run.output)?.[1];
  assert.ok(Number(asked) > 5 && Number(asked) <= MOST_ANSWERS, run.output);
  console.log(`answers: ${asked}`);
  assert.ok(!run.output.includes(PASSWORD));
  assert.match(run.output, /No systemd runs here: start the server with\s+\S+valija serve --config/);
  assert.match(run.output, /_dmarc\.example\.org/);
  const owner = (path: string) => `${statSync(path).uid}:${(statSync(path).mode & 0o7777).toString(8)}`;
  const uid = /^valija:x:(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[1];
  assert.equal(owner('/var/lib/valija'), `${uid}:750`);
  assert.equal(owner('/var/mail/vhosts'), `${uid}:750`);
  assert.equal(owner(CONFIG), '0:640');
}

async function serve(): Promise<() => Promise<void>> {
  const child = spawn(VALIJA, ['serve', '--config', CONFIG], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  await until('a running server', async () => (await valija('status')).code === 0);
  return async () => {
    child.kill('SIGTERM');
    await ended;
  };
}

/** On every port, for everybody who trusts that authority. */
async function certificateCame(): Promise<void> {
  const root = join(folder, 'root.pem');
  writeFileSync(root, await pebble.root());
  for (const words of [['993'], ['465'], ['443'], ['25', '-starttls', 'smtp'], ['143', '-starttls', 'imap']]) {
    const [port = '', ...rest] = words;
    const target = ['s_client', '-connect', `${HOST}:${port}`, ...rest, '-servername', 'mail.example.org'];
    const checks = ['-CAfile', root, '-verify_return_error', '-verify_hostname', 'mail.example.org'];
    await until(`the certificate at port ${port}`, async () => {
      const run = await runProgram('openssl', [...target, ...checks], { input: '' });
      return run.output.includes('Verify return code: 0 (ok)');
    });
  }
}

async function mailGoesOut(): Promise<void> {
  const letter = 'From: ana@example.org\r\nTo: bo@example.net\r\nSubject: hola\r\n\r\nhola\r\n';
  const sent = await runProgram(
    'curl',
    [
      ...['-sS', '--ssl-reqd', `smtp://mail.example.org:587`, '--cacert', join(folder, 'root.pem')],
      ...[
        '-u',
        `ana@example.org:${PASSWORD}`,
        '--mail-from',
        'ana@example.org',
        '--mail-rcpt',
        'bo@example.net',
        '-T',
        '-',
      ],
    ],
    { input: letter },
  );
  assert.equal(sent.code, 0, sent.errors);
  const taken = await until('the letter at the other server', () => stranger.messages[0]);
  assert.match(taken.content.toString(), /^DKIM-Signature: .* d=example\.org;/m);
}

async function mailComesIn(): Promise<void> {
  using talk = await openSmtpAt(25, STRANGER);
  await talk.say('EHLO mx.example.net');
  assert.match(await talk.bring('bo@example.net', ['ana@example.org'], 'Subject: de fuera\r\n\r\nhola\r\n'), /^250 /);
  const read = await until('the letter in the mailbox', async () => {
    const run = await runProgram('curl', [
      ...['-sS', 'imaps://mail.example.org/INBOX;MAILINDEX=1', '--cacert', join(folder, 'root.pem')],
      ...['-u', `ana@example.org:${PASSWORD}`],
    ]);
    return run.code === 0 && run.output;
  });
  assert.match(read, /Subject: de fuera/);
}

async function againChangesNothing(): Promise<void> {
  const before = readFileSync(CONFIG, 'utf8');
  const run = await setup('example.org', ...answers);
  assert.equal(run.code, 0, run.errors);
  assert.match(run.output, /domain add example\.org: was there/);
  assert.match(run.output, /account add ana@example\.org --password-stdin: was there/);
  assert.equal(readFileSync(CONFIG, 'utf8'), before);
}

async function anotherDomainIsAdded(): Promise<void> {
  const run = await setup('example.com', '--yes', '--account', 'ana@example.com', '--password-stdin');
  assert.equal(run.code, 0, run.errors);
  assert.match((await valija('domain', 'list')).output, /example\.com/);
}

async function startNameServer(): Promise<() => Promise<void>> {
  const records = [
    'example.org. 60 SOA mail.example.org. ana.example.org. 1 3600 600 86400 60',
    'example.org. 60 NS mail.example.org.',
    'example.org. 60 MX 10 mail.example.org.',
    `mail.example.org. 60 A ${HOST}`,
    'example.net. 60 MX 10 mx.example.net.',
    `mx.example.net. 60 A ${STRANGER}`,
    '20.2.0.192.in-addr.arpa. 60 PTR mx.example.net.',
  ];
  const [file, ready] = [join(folder, 'records'), join(folder, 'ready')];
  writeFileSync(file, `${records.join('\n')}\n`);
  const child = spawn(process.execPath, [NAME_SERVER, file, ready], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  await until('a name server', () => existsSync(ready));
  return async () => {
    child.kill();
    await ended;
  };
}
