// Commands beside a running server: they ask it over the control socket, many at a time.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { openDirectory } from '#platform/directory/open-directory.ts';
import { listenControl } from '#platform/ipc/control-server.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { openPasswordThreads } from '#platform/passwords/password-threads.ts';
import { adminMethods } from '#services/admin/methods.ts';
import { EMPTY_QUEUE } from '../../test/world/empty-queue.ts';
import { NO_CERTIFICATES } from '../../test/world/no-certificates.ts';
import { NO_CONFIG_ADMIN } from '../../test/world/no-config-admin.ts';
import { NO_DOMAIN_ADVISOR } from '../../test/world/no-domain-advisor.ts';
import { NO_REPORTS } from '../../test/world/no-reports.ts';
import { NO_SIGNING_KEYS } from '../../test/world/no-signing-keys.ts';
import { NO_SIMULATOR } from '../../test/world/no-simulator.ts';
import { routingHouse } from '../../test/world/routing-house.ts';

const LIMITED = {
  service: 'smtp',
  network: '203.0.113.7',
  account: undefined,
  rule: 'smtpd_client_connection_count_limit',
  count: 51,
  limit: 50,
  refused: 812,
  sinceMs: 90_000_000,
  untilMs: 90_100_000,
};

const VALIJA = resolve(import.meta.dirname, '../../bin/valija');

async function openServer() {
  const folder = mkdtempSync(join(tmpdir(), 'valija-cli-'));
  const config = join(folder, 'valija.toml');
  writeFileSync(config, '[[listen]]\nservice = "smtp"\nport = 0\n');
  const passwords = openPasswordThreads({ threads: 1, waitingJobs: 64 });
  const opened = openDirectory({
    file: join(folder, 'directory.db'),
    recipientDelimiter: '+',
    passwords,
    clock: systemClock,
  });
  const event = {
    kind: 'connected',
    profile: 'smtp',
    clientAddress: '192.0.2.1',
    clientPort: 4,
    serverPort: 25,
  } as const;
  const methods = adminMethods({
    queue: EMPTY_QUEUE,
    dkim: NO_SIGNING_KEYS,
    domains: NO_DOMAIN_ADVISOR,
    reports: NO_REPORTS,
    simulator: NO_SIMULATOR,
    config: NO_CONFIG_ADMIN,
    certificates: NO_CERTIFICATES,
    directory: opened.admin,
    routing: () => routingHouse({ directory: opened.directory }).routing,
    log: { level: 'info', write: () => undefined },
    status: {
      status: async () => ({
        version: '9.9.9',
        pid: 7,
        hostname: 'mail.valija.test',
        startedMs: 0,
        nowMs: 90_061_000,
        listeners: [{ service: 'imaps', address: '127.0.0.1', port: 993, sessions: 2, sessionsTotal: 31 }],
        messages: { accepted: 5, filed: 6, refused: 1 },
        limited: [LIMITED],
        limitedTotal: 3,
        domains: { checked: 0, checkedMs: undefined, troubled: [] },
        safety: { accepted: [], untrustedGateways: [], translator: undefined, attack: undefined },
        configuration: { supervisorPid: 6, number: 3, digest: '', loadedMs: 0, refusal: undefined },
      }),
    },
    journeys: {
      find: async ({ about }) => ({
        stories: about === 'known' ? [[{ key: about, atMs: 0, event }]] : [],
        hasMore: false,
        earlier: undefined,
        related: [],
        oldestMs: 0,
      }),
    },
  });
  const server = await listenControl(join(folder, 'run', 'control.sock'), methods);
  const run = (line: string, input = '') =>
    new Promise<{ code: number; output: string; errors: string }>((settle) => {
      const env = { PATH: process.env['PATH'], LANG: 'C', TZ: 'UTC', VALIJA_CONFIG: config };
      const child = execFile(VALIJA, line.split(' '), { env }, (error, output, errors) => {
        settle({ code: error === null ? 0 : Number(error.code), output, errors });
      });
      child.stdin?.end(input);
    });
  return {
    ...opened,
    run,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      opened[Symbol.dispose]();
      await passwords[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

test('what a command changes, the running server has at once', async () => {
  await using server = await openServer();
  await server.run('domain add valija.test');
  const added = await server.run('account add usuario1@valija.test --password-stdin', 'una contraseña\n');
  assert.equal(added.output, 'Account usuario1@valija.test added.\n', added.errors);
  const check = await server.authenticator.checkPassword('usuario1', 'una contraseña');
  assert.equal(check.kind, 'accepted');
  assert.equal((await server.run('account password usuario1@valija.test --password-stdin', 'otra contraseña')).code, 0);
  assert.equal((await server.authenticator.checkPassword('usuario1', 'una contraseña')).kind, 'rejected');
  const again = await server.run('domain add valija.test --lang es');
  assert.deepEqual([again.code, again.errors], [73, 'valija: el dominio valija.test ya existe\n']);
  assert.match((await server.run('account show usuario1@valija.test')).output, /ARGON2ID, SCRAM-SHA-256/);
});

test('status and why tell what the server knows', async () => {
  await using server = await openServer();
  const status = await server.run('status');
  assert.match(status.output, /Valija 9\.9\.9 runs on mail\.valija\.test since .* \(1 day 1 hr 1 min\), process 7\./);
  assert.match(status.output, /imaps {4}127\.0\.0\.1 {3}993 {9}2 {11}31/);
  const json = JSON.parse((await server.run('status --json')).output);
  assert.equal(json.messages.filed, 6);
  assert.match(status.output, /Being limited now: 3\n/);
  assert.match(
    status.output,
    /smtp {5}203\.0\.113\.7 {11}smtpd_client_connection_count_limit {2}51\/50 {10}812 {2}\+39 s/,
  );
  assert.equal(json.limited[0].refused, 812);
  const story = await server.run('why known');
  assert.equal(story.code, 0, story.errors);
  assert.match(story.output, /192\.0\.2\.1/);
  assert.equal(JSON.parse((await server.run('why known --json')).output).stories[0].events[0].event.kind, 'connected');
  assert.equal((await server.run('why unknown')).code, 66);
});

test('the running server logs more or less, as told', async () => {
  await using server = await openServer();
  assert.equal((await server.run('log --level debug')).output, 'The running server logs from level debug on.\n');
  assert.equal((await server.run('log --level debug --json')).output, '{\n  "level": "debug"\n}\n');
  assert.equal((await server.run('log --level loud')).code, 64);
});

test('[T38] many commands at once, on one name and on many, leave one truth', async () => {
  await using server = await openServer();
  await server.run('domain add valija.test');
  const lines = Array.from({ length: 6 }, (_, i) => [
    `alias add mismo@valija.test usuario${i}@valija.test`,
    `account add usuario${i}@valija.test --no-password`,
  ]).flat();
  const outcomes = await Promise.all(lines.map((line) => server.run(line)));
  assert.deepEqual(outcomes.map(({ code }) => code).sort(), [0, 0, 0, 0, 0, 0, 0, 73, 73, 73, 73, 73]);
  assert.equal((await server.admin.listAccounts(undefined)).length, 6);
  const [alias] = await server.admin.listAliases(undefined);
  assert.equal(alias?.targets.length, 1);
});

test('[T31] an alias with all the targets that it may have is made, shown and listed like any other', async () => {
  await using server = await openServer();
  await server.run('domain add valija.test');
  await server.run('alias add corto@valija.test usuario1@valija.test');
  const targets = Array.from(
    { length: 1_000 },
    (_, at) => `${`persona${at}`.padEnd(64, 'x')}@${'d'.repeat(60)}.example`,
  );
  const added = await server.run(`alias add lista@valija.test ${targets.join(' ')}`);
  assert.equal(added.code, 0, added.errors);
  assert.deepEqual(JSON.parse((await server.run('alias show lista@valija.test --json')).output).targets, targets);
  assert.equal(JSON.parse((await server.run('alias list --json')).output).length, 2);
});

test('valija route shows each step from an address to the plan, in both languages', async () => {
  await using server = await openServer();
  const ours = await server.run('route nadie@localhost --json');
  assert.equal(ours.code, 66);
  assert.equal(JSON.parse(ours.output).reason, 'local recipient table');
  const away = await server.run('route ana@example.org');
  assert.equal(away.code, 0);
  assert.match(away.output, /Class: +another server’s/);
  assert.match(away.output, /1 {2}elsewhere {2}ana@example\.org → smtp:example\.org/);
  assert.match(away.output, /ana@example\.org {2}queue → smtp:example\.org/);
  assert.match((await server.run('--lang es route ana@example.org')).output, /cola → smtp:example\.org/);
  const wrong = await server.run('route a@@b');
  assert.equal(wrong.code, 65);
  assert.match(wrong.errors, /«a@@b», or the sender, is no address/);
});
