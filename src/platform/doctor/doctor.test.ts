import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { Repair } from '#mail/doctor/finding.ts';
import { loadConfig } from '#platform/config/load-config.ts';
import type { Config } from '#platform/config/schema.ts';
import { parseZone } from '#platform/dns/zone-file.ts';
import { openZoneServer, type ZoneServer } from '#platform/dns/zone-server.ts';
import { examineClock } from './clock.ts';
import { examineHomes } from './homes.ts';
import { openPortOwners } from './listening-programs.ts';
import { examineEgress } from './names.ts';
import { carryOut } from './repair.ts';
import { examineKeyFile, examineSecrets } from './secrets.ts';
import { examineSpool } from './spool.ts';
import { examineJournal, examineQueue, examineVersion } from './state-files.ts';
import { askTimeServer } from './time-server.ts';

const root = mkdtempSync(join(tmpdir(), 'valija-doctor-'));
after(() => rmSync(root, { recursive: true }));
const OWN = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const asRoot = OWN.uid === 0 ? false : 'only root can give files away';
const modeOf = (path: string) => statSync(path).mode & 0o777;

let folders = 0;
function newFolder(...below: string[]): string {
  const folder = join(root, String(++folders));
  mkdirSync(join(folder, ...below), { recursive: true, mode: 0o700 });
  return folder;
}

test('[C67] a home that is open to others, or shut to its owner, is found and set right', () => {
  const base = newFolder('valija.test', 'usuario1', 'cur');
  const home = join(base, 'valija.test', 'usuario1');
  assert.deepEqual(
    examineHomes(base, OWN).findings.map(({ rule }) => rule),
    ['homes-fine'],
  );
  for (const [mode, rule, wanted] of [
    [0o755, 'home-open', 0o750],
    [0o777, 'home-open', 0o770],
    [0o500, 'home-shut', 0o700],
  ] as const) {
    chmodSync(home, mode);
    const [finding] = examineHomes(base, OWN).findings;
    assert.equal(finding?.rule, rule);
    carryOut(finding?.repair as Repair);
    assert.equal(modeOf(home), wanted);
    assert.deepEqual(
      examineHomes(base, OWN).findings.map((each) => each.rule),
      ['homes-fine'],
    );
  }
});

test('[C67] files of somebody else in a home are found, however deep, and given back', { skip: asRoot }, () => {
  const base = newFolder('valija.test', 'usuario1', '.Trash', 'cur');
  const home = join(base, 'valija.test', 'usuario1');
  const message = join(home, '.Trash', 'cur', '1.M1P1.host,S=3:2,S');
  writeFileSync(message, 'a\r\n');
  chownSync(message, 12_345, 12_345);
  chownSync(join(home, '.Trash'), 12_345, 12_345);
  const { findings, repairs } = examineHomes(base, OWN);
  assert.deepEqual(
    findings.map(({ rule, values }) => [rule, values['count']]),
    [['home-owner', 2]],
  );
  for (const repair of repairs) carryOut(repair);
  assert.equal(statSync(message).uid, OWN.uid);
  assert.deepEqual(
    examineHomes(base, OWN).findings.map(({ rule }) => rule),
    ['homes-fine'],
  );
});

test('a file where a home should be is told, and left alone', () => {
  const base = newFolder('valija.test');
  writeFileSync(join(base, 'valija.test', 'usuario1'), '');
  symlinkSync('/etc', join(base, 'valija.test', 'usuario2'));
  const { findings, repairs } = examineHomes(base, OWN);
  assert.deepEqual(
    findings.map(({ rule }) => rule),
    ['home-no-folder', 'home-no-folder'],
  );
  assert.deepEqual(repairs, []);
});

test('mboxes of virtual_mailbox_maps and files of accounts may stand among homes', { skip: asRoot }, () => {
  const base = newFolder('valija.test', 'usuario1');
  const domain = join(base, 'valija.test');
  writeFileSync(join(domain, 'info'), '', { mode: 0o600 });
  for (const file of ['shadow', 'usuario1/passwd']) writeFileSync(join(domain, file), '', { mode: 0o640 });
  const files = { mayBeMboxes: true, accountFiles: new Set(['passwd', 'shadow']) };
  const other = { uid: 12_345, gid: 12_345 };
  for (const path of [base, domain, join(domain, 'info'), join(domain, 'usuario1')]) chownSync(path, 12_345, 12_345);
  const rules = () => examineHomes(base, other, files).findings.map(({ rule, subject }) => [rule, subject]);
  assert.deepEqual(rules(), [['homes-fine', base]]);
  chmodSync(join(domain, 'info'), 0o644);
  chownSync(join(domain, 'usuario1/passwd'), 54_321, 54_321);
  assert.deepEqual(rules(), [
    ['home-open', join(domain, 'info')],
    ['home-owner', join(domain, 'usuario1')],
  ]);
});

test('what the looking user may not read is told, and hides nothing beside it', { skip: asRoot }, () => {
  const base = newFolder('a.test', 'usuario1');
  mkdirSync(join(base, 'b.test', 'usuario2'), { recursive: true });
  mkdirSync(join(base, 'b.test', 'usuario1'));
  const other = { uid: 12_345, gid: 12_345 };
  for (const path of ['.', 'b.test', 'b.test/usuario1', 'b.test/usuario2']) chownSync(join(base, path), 12_345, 12_345);
  chmodSync(root, 0o755);
  chmodSync(join(base, 'b.test/usuario1'), 0);
  process.seteuid?.(12_345);
  try {
    assert.deepEqual(
      examineHomes(base, other).findings.map(({ rule, subject }) => [rule, subject]),
      [
        ['not-examined', join(base, 'a.test')],
        ['home-shut', join(base, 'b.test/usuario1')],
        ['home-open', join(base, 'b.test/usuario2')],
      ],
    );
  } finally {
    process.seteuid?.(0);
  }
});

test('a queue that the looking user may not see is not told as empty', { skip: asRoot }, () => {
  const state = newFolder();
  process.seteuid?.(12_345);
  try {
    assert.throws(() => examineQueue(state, 1, Date.now()), /EACCES/);
  } finally {
    process.seteuid?.(0);
  }
});

test('no repair follows a link, leaves its folder, or touches a file with a second name', () => {
  const base = newFolder('inside');
  const target = join(newFolder(), 'secret');
  writeFileSync(target, '', { mode: 0o600 });
  symlinkSync(target, join(base, 'link'));
  symlinkSync(join(target, '..'), join(base, 'inside', 'folder'));
  linkSync(target, join(base, 'second'));
  const paths = ['link', 'second', 'inside/folder/secret', 'missing', '../outside'].map((name) => join(base, name));
  for (const path of paths) {
    assert.throws(() => carryOut({ kind: 'mode', base, path, mode: 0o777 }), Error, path);
    assert.throws(() => carryOut({ kind: 'owner', base, path, ...OWN }), Error, path);
  }
  assert.equal(modeOf(target), 0o600);
});

test('keys and databases that others can read are found wherever they lie', () => {
  const state = newFolder('dkim', 'valija.test');
  mkdirSync(join(state, 'tls'));
  const files = ['dkim/valija.test/a.pem', 'tls/mail.key', 'directory.db', 'queue.db-wal', 'login.secret'];
  for (const file of files) writeFileSync(join(state, file), '', { mode: 0o600 });
  for (const file of ['valija.log', 'tls/mail.crt', 'owner.lock'])
    writeFileSync(join(state, file), '', { mode: 0o644 });
  assert.deepEqual(
    examineSecrets(state, OWN).map(({ rule, values }) => [rule, values['count']]),
    [['secrets-fine', 5]],
  );
  for (const file of files) chmodSync(join(state, file), 0o644);
  const findings = examineSecrets(state, OWN);
  assert.deepEqual(new Set(findings.map(({ subject }) => subject)), new Set(files.map((file) => join(state, file))));
  for (const { repair } of findings) carryOut(repair as Repair);
  assert.deepEqual(
    examineSecrets(state, OWN).map(({ rule }) => rule),
    ['secrets-fine'],
  );
});

test('mboxes that everybody can read, and a key that everybody can', () => {
  const folder = newFolder('vhosts');
  for (const name of ['usuario1', 'usuario2', 'usuario1.lock']) writeFileSync(join(folder, name), '', { mode: 0o660 });
  assert.deepEqual(
    examineSpool(folder).map(({ rule, values }) => [rule, values['mboxes']]),
    [['spool-fine', 2]],
  );
  chmodSync(join(folder, 'usuario2'), 0o664);
  const [finding] = examineSpool(folder);
  assert.deepEqual([finding?.rule, finding?.subject], ['home-open', join(folder, 'usuario2')]);
  carryOut(finding?.repair as Repair);
  assert.equal(modeOf(join(folder, 'usuario2')), 0o660);
  const key = join(folder, 'usuario1');
  assert.deepEqual(examineKeyFile(key), []);
  chmodSync(key, 0o644);
  const [open] = examineKeyFile(key);
  assert.deepEqual([open?.rule, open?.values['wanted'], open?.repair], ['secret-open', '0640', undefined]);
});

test('a clock that is behind its own files is found', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'x'), '');
  const ask = async () =>
    (await examineClock({ folders: [folder, '/nowhere'], timeServer: '', mayAsk: true, nowMs: Date.now })).rule;
  assert.notEqual(await ask(), 'clock-back');
  const future = new Date(Date.now() + 3_600_000);
  utimesSync(join(folder, 'x'), future, future);
  assert.equal(await ask(), 'clock-back');
});

test('a server of time is asked; who answers without being one is not believed', async () => {
  const server = createSocket('udp4');
  let offsetMs = 90_000;
  let spoil = (packet: Buffer) => packet;
  server.on('message', (question, peer) => {
    const packet = Buffer.alloc(48);
    packet[0] = 0b00_100_100;
    packet[1] = 2;
    question.copy(packet, 24, 40, 48);
    for (const offset of [32, 40]) {
      packet.writeUInt32BE(Math.floor((Date.now() + offsetMs) / 1_000) + 2_208_988_800, offset);
    }
    server.send(spoil(packet), peer.port, peer.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const ask = () => askTimeServer({ host: '127.0.0.1', port }, Date.now);
  try {
    assert.ok(Math.abs((await ask()) - offsetMs) < 20_000);
    const folder = newFolder();
    const question = { folders: [folder], timeServer: `127.0.0.1:${port}`, nowMs: Date.now };
    assert.equal((await examineClock({ ...question, mayAsk: true })).rule, 'clock-off');
    assert.notEqual((await examineClock({ ...question, mayAsk: false })).rule, 'clock-off');
    offsetMs = 0;
    assert.equal((await examineClock({ ...question, mayAsk: true })).rule, 'clock-fine');
    spoil = (packet) => packet.fill(0, 24, 32);
    await assert.rejects(ask(), WorldError);
    assert.equal((await examineClock({ ...question, mayAsk: true })).rule, 'clock-unchecked');
  } finally {
    server.close();
  }
});

test('a server of time is understood in its next era, which begins in 2036', async () => {
  const server = createSocket('udp4');
  server.on('message', (question, { port, address }) => {
    const answer = Buffer.alloc(48);
    answer.set([0b00_100_100, 2]);
    for (const at of [24, 32, 40]) question.copy(answer, at, 40, 48);
    server.send(answer, port, address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const nowMs = () => Date.UTC(2037, 0, 1);
    assert.ok(Math.abs(await askTimeServer({ host: '127.0.0.1', port: server.address().port }, nowMs)) < 20);
  } finally {
    server.close();
  }
});

test('who listens is found by name', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ownerOf = openPortOwners();
  assert.match(ownerOf({ service: 'smtp', address: '127.0.0.1', port }) ?? '', new RegExp(`\\[${process.pid}\\]$`));
  assert.match(ownerOf({ service: 'smtp', address: '0.0.0.0', port }) ?? '', /\[\d+\]$/);
  assert.equal(ownerOf({ service: 'smtp', address: '192.0.2.1', port }), undefined);
  server.close();
  await once(server, 'close');
});

/** Of IPv6 where the machine has one. */
const OWN_ADDRESS =
  Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === 'IPv6' && !each.internal && each.scopeid === 0)?.address ?? '127.0.0.1';

test('who listens at one address is found, whatever family it is of', async (t) => {
  const address = OWN_ADDRESS;
  const server = createServer().listen(0, address);
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  assert.match(openPortOwners()({ service: 'smtp', address, port }) ?? '', /\[\d+\]$/);
});

test('a state without a version, and one of the future', () => {
  const state = newFolder('journal');
  assert.deepEqual(
    examineVersion(state).map(({ rule }) => rule),
    ['state-missing'],
  );
  writeFileSync(join(state, 'VERSION'), '900\nwritten by Valija 9.0.0\n');
  writeFileSync(join(state, 'directory.db.damaged-1'), '');
  assert.deepEqual(
    examineVersion(state).map(({ rule }) => rule),
    ['state-newer', 'state-set-aside'],
  );
  writeFileSync(join(state, 'VERSION'), 'two');
  assert.deepEqual(
    examineVersion(state).map(({ rule }) => rule),
    ['state-unreadable'],
  );
  assert.deepEqual(
    examineJournal(state).map(({ rule }) => rule),
    ['journal-fine'],
  );
  assert.equal(examineQueue(state, 1, Date.now()).rule, 'queue-fine');
  writeFileSync(join(state, 'queue.db'), 'no database at all, but long enough to be looked at');
  assert.equal(examineQueue(state, 1, Date.now()).rule, 'queue-unreadable');
  assert.deepEqual(readdirSync(state).sort(), ['VERSION', 'directory.db.damaged-1', 'journal', 'queue.db']);
});

async function withNames(text: string, work: (names: ZoneServer) => Promise<void>): Promise<void> {
  const zone = parseZone({ origin: '', text: `$ORIGIN .\n@ SOA ns. root. 1 1 1 1 1\n${text}` });
  assert.ok(zone.ok, zone.ok ? '' : zone.error);
  await using server = await openZoneServer({ address: '127.0.0.1', port: 0, zones: [zone.value] });
  await work(server);
}

function configWith({ port }: ZoneServer, settings = ''): Config {
  const file = join(newFolder(), 'valija.toml');
  const lines = [
    'myhostname = "mail.example.org"',
    'proxy_interfaces = ["203.0.113.9"]',
    `resolver_addresses = ["127.0.0.1:${port}"]`,
    'domain_check_lists = ["bl.example.net", "clean.example.net"]',
    settings,
    '[[listen]]\nservice = "smtp"\nport = 0',
  ];
  writeFileSync(file, lines.join('\n'));
  const config = loadConfig(file);
  assert.ok(config.ok, JSON.stringify(config));
  return config.value;
}

const told = async (names: ZoneServer, settings?: string) => {
  const findings = await examineEgress(configWith(names, settings));
  return findings
    .filter(({ subject, rule }) => subject === '203.0.113.9' || rule === 'egress-relayed')
    .map(({ rule, level, values }) => [rule, level, values['list'] ?? values['name']]);
};

test('[C12] the lists are asked for each address that mail leaves from; its name is looked at', async () => {
  const good = '9.113.0.203.in-addr.arpa. PTR mail.example.org.\nmail.example.org. A 203.0.113.9\n';
  await withNames(good, async (names) => assert.deepEqual(await told(names), [['egress-fine', 'green', undefined]]));
  const listed = `${good}9.113.0.203.bl.example.net. A 127.0.0.2\n9.113.0.203.bl.example.net. TXT "sent spam"\n`;
  await withNames(listed, async (names) => {
    assert.deepEqual(await told(names), [['egress-listed', 'red', 'bl.example.net']]);
  });
  const dynamic = 'ip-203-0-113-9.dyn.example.net';
  const home = `9.113.0.203.in-addr.arpa. PTR ${dynamic}.\n${dynamic}. A 203.0.113.9\nmail.example.org. A 203.0.113.9\n`;
  await withNames(home, async (names) => {
    assert.deepEqual(
      (await told(names)).map(([rule, level]) => [rule, level]),
      [['egress-generic', 'amber']],
    );
    assert.deepEqual(await told(names, 'relayhost = "[smtp.example.net]"'), [['egress-relayed', 'green', '']]);
  });
  await withNames('', async (names) => {
    assert.deepEqual(
      (await told(names)).map(([rule, level]) => [rule, level]),
      [['egress-no-name', 'red']],
    );
  });
});
