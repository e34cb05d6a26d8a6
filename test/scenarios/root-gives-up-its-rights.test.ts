// Started by root: root binds, reads the keys that only it can read, and starts processes; everything else runs as the
// user `valija`. Runs as root only, in a copy of the checkout that this user can read.

import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readFileSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { BoundSocket, connect } from 'node:net';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { makeSelfSigned } from '#platform/tls/self-signed.ts';
import { parseStarterMessage, type StarterMessage } from '#processes/messages.ts';
import type * as Privileges from '#processes/supervisor/privileges.ts';
import type * as StartProcess from '#processes/supervisor/start-process.ts';
import { findChild, privateStreams, processStatus } from '../world/process-table.ts';
import { copyCheckout } from '../world/readable-checkout.ts';
import { shareOwnUsers } from '../world/root-server.ts';
import { inTurn, isUser } from '../world/shared-users.ts';
import { until } from '../world/until.ts';

const CHECKOUT = resolve(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;
const USER = 'valija';
const AUTHENTICATOR = 'valija-auth';

interface Place extends AsyncDisposable {
  readonly checkout: string;
  readonly configFile: string;
  readonly keyFile: string;
  /** Of the user. */
  readonly uid: number;
  readonly gid: number;
}

interface Supervisor extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly started: StarterMessage;
}

test('started by root: a clear refusal without its user; with it, all that parses has no rights', {
  skip: isRoot ? false : 'needs root',
}, async (t) => {
  await inTurn(async () => {
    if (!isUser(USER)) await t.test('refused', refusedWithoutUser);
  });
  await using place = await preparePlace();
  await t.test('uid, groups, a refused setuid(0), no writing outside', () => probe(place));
  await t.test('the server: root binds and hands on, the worker is nobody special', () => serve(place));
  await t.test('a file that others may write is not obeyed', async () => {
    chmodSync(place.configFile, 0o666);
    await using supervisor = await supervise(place);
    const { started } = supervisor;
    assert.equal(started.kind, 'failed');
    assert.match(started.kind === 'failed' ? started.text : '', /others than root may write it.*\n.*chmod go-w/);
  });
});

function refusedWithoutUser(): void {
  const run = spawnSync(join(CHECKOUT, 'bin/valija'), ['serve', '--config', '/nonexistent'], { encoding: 'utf8' });
  assert.equal(run.status, 78);
  assert.match(run.stderr, /this system has none.*\n.*useradd --system/);
}

async function probe({ checkout, configFile, keyFile, uid, gid }: Place): Promise<void> {
  const folder = join(checkout, 'src/processes/supervisor');
  const { startProcess }: typeof StartProcess = await import(join(folder, 'start-process.ts'));
  const { findCredentials }: typeof Privileges = await import(join(folder, 'privileges.ts'));
  const row = { program: '../../test/world/privileges-probe.ts' };
  const child = startProcess(row, [configFile, keyFile], findCredentials('worker'));
  const [{ environment, ...answer }] = await once(child, 'message');
  assert.ok(!environment.includes('NOTIFY_SOCKET'));
  assert.deepEqual(answer, {
    uid,
    gid,
    groups: [gid],
    ...{ setuid: 'EPERM', setgid: 'EPERM', setgroups: 'EPERM', write: 'EACCES', read: 'EACCES' },
    home: '/',
  });
}

async function serve(place: Place): Promise<void> {
  await using supervisor = await supervise(place);
  const { child, started } = supervisor;
  assert.ok(started.kind === 'ready', started.kind === 'failed' ? started.text : '');
  const { workerPid, listeners } = started;
  const port = (service: string) => listeners.find((listener) => listener.service === service)?.port ?? 0;
  const worker = processStatus(workerPid);
  assert.deepEqual(worker.Uid?.split('\t'), Array(4).fill(String(place.uid)));
  assert.deepEqual(worker.Gid?.split('\t'), Array(4).fill(String(place.gid)));
  assert.equal(worker.Groups?.trim(), '');
  assert.match(worker.CapEff ?? '', /^0+$/);
  assert.match(worker.CapPrm ?? '', /^0+$/);
  const outbound = processStatus(findChild(child.pid ?? 0, 'outbound/main.ts'));
  assert.deepEqual([outbound.Uid, outbound.Gid, outbound.Groups], [worker.Uid, worker.Gid, worker.Groups]);
  assert.match(outbound.CapPrm ?? '', /^0+$/);
  const compiled = join(place.checkout, '../compiled');
  assert.deepEqual(idsOf(statSync(compiled)), [0, 0]);
  assert.deepEqual(idsOf(statSync(join(compiled, USER))), [place.uid, place.gid]);
  assert.equal(compiledCodeOf(workerPid), join(compiled, USER));
  // The outbound process and the authenticator; the spool process speaks to outbound.
  await until('its private streams', () => privateStreams(workerPid) === 2);
  const gidOf = (group: string) => execFileSync('getent', ['group', group], { encoding: 'utf8' }).split(':')[2] ?? '';
  for (const [program, user, group] of [
    ['authenticator/main.ts', AUTHENTICATOR, 'shadow'],
    ['spool/main.ts', USER, 'mail'],
  ] as const) {
    const { Uid, Gid, Groups, CapPrm } = processStatus(findChild(child.pid ?? 0, program));
    const uid = execFileSync('id', ['-u', user], { encoding: 'utf8' }).trim();
    assert.deepEqual([Uid, Gid, Groups?.trim()], [four(uid), four(gidOf(group)), ''], program);
    assert.match(CapPrm ?? '', /^0+$/);
    const pid = findChild(child.pid ?? 0, program);
    assert.equal(
      compiledCodeOf(pid),
      undefined,
      'it may do more than others of its user, and does not run what they wrote',
    );
  }
  assert.equal(processStatus(child.pid ?? 0).Uid?.split('\t')[0], '0');
  assert.ok(port('smtp') < 1_024, 'a port that only root may bind');
  assert.match(await greeting(port('smtp')), /^220 /);
  const secure = connectTls({ port: port('imaps'), host: '127.0.0.1', rejectUnauthorized: false });
  await once(secure, 'secureConnect');
  assert.equal(secure.getPeerCertificate().subject.CN, 'root.valija.test');
  secure.destroy();

  process.kill(workerPid, 'SIGKILL');
  const [next] = await once(child, 'message');
  const replaced = parseStarterMessage(next);
  assert.ok(replaced?.kind === 'ready');
  assert.equal(processStatus(replaced.workerPid).Uid?.split('\t')[0], String(place.uid));
  assert.match(await greeting(port('smtp')), /^220 /);
}

/** Where a process keeps what it compiled. */
function compiledCodeOf(pid: number): string | undefined {
  const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  const name = 'NODE_COMPILE_CACHE=';
  return variables.find((variable) => variable.startsWith(name))?.slice(name.length);
}

function idsOf({ uid, gid }: Stats): readonly number[] {
  return [uid, gid];
}

/** Real, effective, saved and of the file system. */
function four(id: string): string {
  return Array(4).fill(id).join('\t');
}

async function greeting(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const [chunk] = await once(socket, 'data');
  socket.destroy();
  return String(chunk);
}

async function supervise({ checkout, configFile }: Place): Promise<Supervisor> {
  const child = fork(join(checkout, 'src/processes/supervisor/main.ts'), [configFile], {
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE: join(checkout, '../compiled') },
  });
  const ended = once(child, 'exit');
  const [value] = await once(child, 'message');
  const started = parseStarterMessage(value);
  assert.ok(started !== undefined);
  return {
    ...{ child, started },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function preparePlace(): Promise<Place> {
  const users = await shareOwnUsers();
  const [uid = 0, gid = 0] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, USER], { encoding: 'utf8' })));
  const copy = copyCheckout();
  const { folder, checkout } = copy;
  const state = join(folder, 'state');
  mkdirSync(state, { mode: 0o750 });
  chownSync(state, uid, gid);
  const keyFile = join(folder, 'key.pem');
  const { certificate, secretKey } = await makeSelfSigned(
    'root.valija.test',
    Date.now() - 1_000,
    Date.now() + 3_600_000,
  );
  writeFileSync(keyFile, secretKey, { mode: 0o600 });
  writeFileSync(join(folder, 'cert.pem'), certificate);
  const configFile = join(folder, 'valija.toml');
  const settings = [
    'state_directory = "state"',
    'system_users = true',
    'smtpd_tls_cert_file = "cert.pem"',
    'smtpd_tls_key_file = "key.pem"',
    `[[listen]]\nservice = "smtp"\nport = ${freeLowPort()}`,
    '[[listen]]\nservice = "imaps"\nport = 0\n',
  ];
  writeFileSync(configFile, settings.join('\n'));
  return {
    ...{ checkout, configFile, keyFile, uid, gid },
    async [Symbol.asyncDispose]() {
      copy[Symbol.dispose]();
      await users[Symbol.asyncDispose]();
    },
  };
}

function freeLowPort(): number {
  for (let port = 1_023; port > 600; port--) {
    try {
      new BoundSocket({ host: '127.0.0.1', port }).close();
      return port;
    } catch {
      // Somebody has it.
    }
  }
  throw new Error('no free port below 1024');
}
