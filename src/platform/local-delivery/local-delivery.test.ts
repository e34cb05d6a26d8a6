import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { OwnMessage } from '#mail/ports/own-mail.ts';
import type { SystemUser } from '#mail/ports/system-users.ts';
import type { DeliveryOutcome } from '#mail/ports/transport.ts';
import type { NextHop } from '#mail/queue/next-hop.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { channelPair } from '../../../test/world/channel-pair.ts';
import { isRunning } from '../../../test/world/process-table.ts';
import { until } from '../../../test/world/until.ts';
import type { LocalDeliverySettings } from './delivery-order.ts';
import { createLocalTransport } from './local-transport.ts';
import { serveSpoolDeliveries, serveUserDeliveries } from './serve-deliveries.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-local-'));
const home = join(folder, 'home');
const spoolFolder = join(folder, 'spool');
const OWN_UID = process.getuid?.() ?? 0;
/** The tests may run as root, to which nothing is ever delivered but into the spool. */
const USER: SystemUser = {
  name: 'usuario1',
  uid: OWN_UID === 0 ? 54321 : OWN_UID,
  gid: process.getgid?.() ?? 0,
  fullName: 'Usuario Uno',
  home,
  shell: '/bin/bash',
};
const ROOT: SystemUser = { ...USER, name: 'root', uid: 0, home: '/root' };
const SETTINGS: LocalDeliverySettings = {
  mail_spool_directory: spoolFolder,
  mailbox_size_limit: 0,
  home_mailbox: '',
  mailbox_command: '',
  recipient_delimiter: '+',
  command_time_limit_ms: 10_000,
};
const ADDRESS = 'usuario1@valija.test';
const LOCAL: NextHop = { transport: 'local', user: 'usuario1', extension: undefined };
const MESSAGE = 'Subject: hola\r\n\r\nFrom me,\r\n.\r\n';

describe('local delivery', () => {
  const posted: OwnMessage[] = [];
  const asked: string[] = [];
  const users = { find: async (name: string) => [USER, ROOT].find((user) => user.name === name) };
  let failingPosts = 0;
  let channels: Channel[] = [];
  before(async () => {
    const [toUser, atUser] = await channelPair();
    const [toSpool, atSpool] = await channelPair();
    serveUserDeliveries(atUser, USER);
    serveSpoolDeliveries(atSpool, users, async (user) => {
      asked.push(`make-spool ${user}`);
      const path = join(spoolFolder, user);
      writeFileSync(path, '', { mode: 0o660 });
      if (OWN_UID === 0) chownSync(path, user === 'root' ? 0 : USER.uid, USER.gid);
    });
    channels = [toUser, atUser, toSpool, atSpool];
  });
  beforeEach(() => {
    posted.length = 0;
    asked.length = 0;
    for (const path of [home, spoolFolder]) {
      rmSync(path, { recursive: true, force: true });
      mkdirSync(path);
    }
  });
  after(async () => {
    await Promise.all(channels.map((channel) => channel.close()));
    rmSync(folder, { recursive: true });
  });

  const transportOf = (settings: Partial<LocalDeliverySettings> = {}) =>
    createLocalTransport({
      clock: { nowMs: () => new Date(2026, 0, 5, 10, 0, 0).getTime() },
      users,
      settings: { ...SETTINGS, ...settings },
      ownMail: {
        async post(message) {
          if (failingPosts-- > 0) throw new WorldError('post a message', { transient: true });
          posted.push(message);
          return `Q${posted.length}`;
        },
      },
      spool: async () => channels[2]!,
      mailboxOf: async (user) => {
        asked.push(`mailbox ${user}`);
        return channels[0]!;
      },
    });

  async function deliver(
    settings: Partial<LocalDeliverySettings> = {},
    {
      nextHop = LOCAL,
      text = MESSAGE,
      sender = 'ana@example.org',
      original = ADDRESS,
      transport = transportOf(settings),
    } = {},
  ): Promise<string> {
    const parameters = { notify: undefined, orcpt: undefined };
    const recipient = { address: ADDRESS, original, parameters, nextHop };
    const octets = Buffer.from(text);
    const message = {
      queueId: '4ABC',
      arrivedMs: 0,
      sender,
      body: '8BITMIME',
      smtpUtf8: false,
      dsn: { ret: undefined, envid: undefined },
      origin: 'x',
      prefix: Buffer.alloc(0),
      sizeBytes: octets.length,
      recipients: [recipient],
    } as const;
    const report = await transport.deliver({
      message,
      recipients: [recipient],
      sender,
      content: memoryContent(octets),
    });
    const [outcome] = report.outcomes as [DeliveryOutcome];
    assert.equal(outcome.recipient, recipient);
    return `${outcome.kind} ${outcome.status} ${outcome.text}`;
  }

  const spool = (user = 'usuario1') => readFileSync(join(spoolFolder, user), 'latin1');
  const forward = (text: string, mode = 0o644, name = '.forward') => {
    writeFileSync(join(home, name), text);
    chmodSync(join(home, name), mode);
    if (OWN_UID === 0) chownSync(join(home, name), USER.uid, USER.gid);
  };
  const SPOOLED =
    /^From ana@example\.org {2}Mon Jan {2}5 10:00:00 2026\nReturn-Path: <ana@example\.org>\nDelivered-To: usuario1@valija\.test\nSubject: hola\n\n>From me,\n\.\n\n$/;

  it('[C13] a user’s mail goes to the spool, which is made when it is missing', async () => {
    assert.equal(await deliver(), 'delivered 2.0.0 delivered to mailbox');
    assert.deepEqual(asked, ['mailbox usuario1', 'make-spool usuario1']);
    assert.match(spool(), SPOOLED);
    await deliver({}, { original: 'alias@valija.test', sender: '' });
    assert.match(
      spool(),
      /\nFrom MAILER-DAEMON .*\nReturn-Path: <>\nX-Original-To: alias@valija\.test\nDelivered-To: usuario1@valija\.test\n/,
    );
  });

  it('a message of megabytes goes through both processes whole', async () => {
    const body = Buffer.alloc(3_000_000, 'ñandú and company\r\n').toString();
    assert.equal(
      await deliver({}, { text: `Subject: big\r\n\r\n${body}\r\n` }),
      'delivered 2.0.0 delivered to mailbox',
    );
    const stored = readFileSync(join(spoolFolder, 'usuario1'));
    const start = stored.indexOf('\n\n') + 2;
    assert.equal(stored.toString('utf8', start), `${body.replaceAll('\r\n', '\n')}\n\n`);
  });

  it('[C44] root’s mail goes to the spool, and root executes nothing', async () => {
    const settings = { mailbox_command: 'touch /tmp/valija-root-was-here', home_mailbox: 'Maildir/' };
    const nextHop: NextHop = { transport: 'local', user: 'root', extension: undefined };
    assert.equal(await deliver(settings, { nextHop }), 'delivered 2.0.0 delivered to mailbox');
    assert.match(spool('root'), SPOOLED);
    for (const each of [
      { transport: 'pipe', command: 'touch /tmp/valija-root-was-here', user: 'root' },
      { transport: 'file', path: '/tmp/valija-root-was-here', user: 'root' },
    ] as const) {
      assert.match(await deliver({}, { nextHop: each }), /^failed 5\.3\.5 /);
    }
    assert.deepEqual(asked, ['make-spool root']);
    assert.ok(!existsSync('/tmp/valija-root-was-here'));
  });

  it('[C43] home_mailbox: with a slash a Maildir of the user’s alone, without one an mbox', async () => {
    assert.equal(await deliver({ home_mailbox: 'Maildir/' }), 'delivered 2.0.0 delivered to maildir');
    const [file = ''] = readdirSync(join(home, 'Maildir/new'));
    assert.equal(
      readFileSync(join(home, 'Maildir/new', file), 'utf8'),
      'Return-Path: <ana@example.org>\nDelivered-To: usuario1@valija.test\nSubject: hola\n\nFrom me,\n.\n',
    );
    for (const path of ['Maildir', 'Maildir/tmp', 'Maildir/new', 'Maildir/cur']) {
      assert.equal(statSync(join(home, path)).mode & 0o777, 0o700, path);
    }
    assert.deepEqual(readdirSync(join(home, 'Maildir/tmp')), []);
    assert.equal(await deliver({ home_mailbox: 'mbox' }), `delivered 2.0.0 delivered to mailbox: ${home}/mbox`);
    assert.match(readFileSync(join(home, 'mbox'), 'latin1'), SPOOLED);
    assert.equal(
      await deliver({ home_mailbox: 'Maildir/', mailbox_size_limit: 10 }).then((text) => text.slice(0, 12)),
      'failed 5.2.2',
    );
    assert.ok(!existsSync(join(spoolFolder, 'usuario1')));
  });

  it('[C44] mailbox_command runs as the user with Postfix’s environment, the message on its standard input', async () => {
    const command = `cat > "$HOME/got"; env > "$HOME/env"; pwd > "$HOME/pwd"`;
    const nextHop: NextHop = { transport: 'local', user: 'usuario1', extension: 'shop;rm' };
    assert.equal(
      await deliver({ mailbox_command: command }, { nextHop }),
      `delivered 2.0.0 delivered to command: ${command}`,
    );
    assert.equal(
      readFileSync(join(home, 'got'), 'utf8'),
      'From ana@example.org  Mon Jan  5 10:00:00 2026\nReturn-Path: <ana@example.org>\nDelivered-To: usuario1@valija.test\nSubject: hola\n\nFrom me,\n.\n',
    );
    const environment = Object.fromEntries(
      readFileSync(join(home, 'env'), 'utf8')
        .split('\n')
        .map((line) => line.split('=')),
    );
    for (const [name, value] of Object.entries({
      USER: 'usuario1',
      LOGNAME: 'usuario1',
      HOME: home,
      SHELL: '/bin/bash',
      SENDER: 'ana@example.org',
      RECIPIENT: ADDRESS,
      ORIGINAL_RECIPIENT: ADDRESS,
      LOCAL: 'usuario1',
      DOMAIN: 'valija.test',
      EXTENSION: 'shop_rm',
      PATH: '/usr/bin:/bin',
    }))
      assert.equal(environment[name], value, name);
    assert.equal(environment['NODE_OPTIONS'], undefined);
    assert.equal(readFileSync(join(home, 'pwd'), 'utf8'), `${home}\n`);
  });

  it('[C44] the command’s end decides: 0 delivered, 75 later, others bounce with what it said', async () => {
    for (const [command, outcome] of [
      ['exit 0', 'delivered 2.0.0 delivered to command: exit 0'],
      ['echo "no room" >&2; exit 75', 'deferred 4.3.0 temporary failure. Command output: no room'],
      ['echo one; echo two; exit 67', 'failed 5.1.1 user unknown. Command output: one'],
      ['exit 77', 'failed 5.7.0 permission denied'],
      [
        'printf "a\\tb\\033[1m"; exit 3',
        'failed 5.3.0 Command died with status 3: "printf "a\\tb\\033[1m"; exit 3". Command output: a?b?[1m',
      ],
      ['kill -9 $$', 'deferred 4.3.0 Command died with signal SIGKILL: "kill -9 $$"'],
      ['exec 0<&-; sleep 0.05', 'delivered 2.0.0 delivered to command: exec 0<&-; sleep 0.05'],
    ] as const) {
      assert.equal(await deliver({ mailbox_command: command }), outcome);
    }
    const text = `Subject: x\r\n\r\n${'y'.repeat(2_000_000)}\r\n`;
    assert.match(await deliver({ mailbox_command: 'head -c 10 > /dev/null' }, { text }), /^delivered/);
  });

  it('[C44] a command that does not end is ended, and its children with it', async () => {
    const startMs = performance.now();
    const command = `sleep 30 & echo $! > "$HOME/pid"; sleep 30`;
    assert.match(
      await deliver({ mailbox_command: command, command_time_limit_ms: 3_000 }),
      /^failed 5\.3\.0 Command time limit exceeded/,
    );
    assert.ok(performance.now() - startMs < 30_000, 'sooner than it would have ended');
    const pid = Number(readFileSync(join(home, 'pid'), 'utf8'));
    await until('the end of the child', () => !isRunning(pid));
  });

  it('[C33] ~/.forward: copies, commands and files, each as the user', async () => {
    forward('\\usuario1, ext@example.org, usuario2\n"|cat > $HOME/piped"\n# a comment\n/dev/null\n');
    assert.equal(
      await deliver(),
      'delivered 2.0.0 delivered to command: cat > $HOME/piped, delivered to file: /dev/null, delivered to mailbox, forwarded to ext@example.org as Q1, forwarded to usuario2 as Q2',
    );
    assert.match(spool(), SPOOLED);
    assert.ok(existsSync(join(home, 'piped')));
    assert.deepEqual(
      posted.map(({ sender, recipient }) => [sender, recipient]),
      [
        ['ana@example.org', 'ext@example.org'],
        ['ana@example.org', 'usuario2'],
      ],
    );
    assert.equal(String(posted[0]?.octets), `Delivered-To: ${ADDRESS}\r\n${MESSAGE}`);
  });

  it('[C33] a file of the extension comes first; without a copy for the user nothing is kept', async () => {
    forward('plain@example.org');
    forward('shop@example.org', 0o644, '.forward+shop');
    const nextHop: NextHop = { transport: 'local', user: 'usuario1', extension: 'shop' };
    await deliver({}, { nextHop });
    await deliver({}, { nextHop: { ...nextHop, extension: '../../etc' } });
    await deliver();
    assert.deepEqual(
      posted.map(({ recipient }) => recipient),
      ['shop@example.org', 'plain@example.org', 'plain@example.org'],
    );
    assert.ok(!existsSync(join(spoolFolder, 'usuario1')));
  });

  it('[C33] to forward to oneself is to keep a copy; a circle is broken once', async () => {
    forward(`usuario1, ${ADDRESS.toUpperCase()}`);
    assert.equal(await deliver(), 'delivered 2.0.0 delivered to mailbox');
    forward('ext@example.org');
    const text = `Received: by x\r\nDelivered-To: Usuario1@Valija.test\r\n${MESSAGE}`;
    assert.equal(await deliver({}, { text }), `failed 5.4.6 mail forwarding loop for ${ADDRESS}`);
    assert.equal(posted.length, 0);
  });

  it('a ~/.forward that others can write, or that is empty, or no file, is passed over', async () => {
    for (const [text, mode] of [
      ['x@example.org', 0o666],
      ['', 0o644],
      ['# nothing\n', 0o644],
    ] as const) {
      forward(text, mode);
      assert.equal(await deliver(), 'delivered 2.0.0 delivered to mailbox');
    }
    rmSync(join(home, '.forward'));
    mkdirSync(join(home, '.forward'));
    assert.equal(await deliver(), 'delivered 2.0.0 delivered to mailbox');
    rmSync(join(home, '.forward'), { recursive: true });
    symlinkSync('/etc/passwd', join(home, '.forward'));
    assert.match(await deliver(), /^deferred 4\.3\.5 .*\.forward:\d+:/, 'root’s file is obeyed, and is none');
    assert.equal(posted.length, 0);
  });

  it('a mistake in it puts the mail off, with its place', async () => {
    forward('a@example.org\nusuario2 usuario3\n');
    assert.match(await deliver(), /^deferred 4\.3\.5 .*\.forward:2:1: /);
    assert.ok(!existsSync(join(spoolFolder, 'usuario1')) && posted.length === 0);
  });

  it('[C33] many files and commands, and long ones, are carried out once, whatever is said of it', async () => {
    const files = Array.from({ length: 100 }, (_, i) => join(home, `${'copy'.repeat(12)}-${i}`));
    forward([...files, `"|cat > /dev/null #${'x'.repeat(5_000)}"`, '\\usuario1'].join('\n'));
    assert.match(await deliver({ home_mailbox: 'Maildir/' }), /^delivered 2\.0\.0 delivered to command: /);
    assert.equal(readdirSync(join(home, 'Maildir/new')).length, 1);
    for (const file of files) assert.equal(readFileSync(file, 'utf8').match(/^Subject/gm)?.length, 1);
  });

  it('[C33] :include: gives addresses, and neither commands nor files', async () => {
    writeFileSync(join(home, 'list'), `a@example.org\n"|touch ${home}/bad"\n/${home}/bad\n:include:${home}/list\n`);
    if (OWN_UID === 0) chownSync(join(home, 'list'), USER.uid, USER.gid);
    forward(`:include:${home}/list`);
    assert.equal(await deliver(), 'delivered 2.0.0 forwarded to a@example.org as Q1');
    assert.ok(!existsSync(join(home, 'bad')));
  });

  it('what was done is not done again when the rest is tried later', async () => {
    forward('\\usuario1, a@example.org, b@example.org, "|echo + >> $HOME/times"');
    const transport = transportOf();
    failingPosts = 1;
    assert.match(await deliver({}, { transport }), /^deferred 4\.3\.0 post a message/);
    assert.match(await deliver({}, { transport }), /^delivered/);
    assert.equal(readFileSync(join(home, 'times'), 'utf8'), '+\n');
    assert.equal(spool().match(/^From /gm)?.length, 1);
    assert.deepEqual(
      posted.map(({ recipient }) => recipient),
      ['a@example.org', 'b@example.org'],
    );
  });

  it('[C32] commands and files of an alias table run as the user that it names', async () => {
    assert.match(
      await deliver({}, { nextHop: { transport: 'pipe', command: 'cat > $HOME/piped', user: 'usuario1' } }),
      /^delivered/,
    );
    assert.match(
      await deliver({}, { nextHop: { transport: 'file', path: `${home}/archive`, user: 'usuario1' } }),
      /^delivered/,
    );
    assert.match(readFileSync(join(home, 'archive'), 'latin1'), SPOOLED);
    assert.match(
      await deliver({}, { nextHop: { transport: 'file', path: `${home}/Arch/`, user: 'usuario1' } }),
      /^delivered/,
    );
    assert.equal(readdirSync(join(home, 'Arch/new')).length, 1);
    assert.match(
      await deliver({}, { nextHop: { transport: 'local', user: 'nobody-here', extension: undefined } }),
      /^failed 5\.1\.1 unknown user/,
    );
  });

  it('a spool that cannot be made, or a user’s process that cannot be had, puts the mail off', async () => {
    writeFileSync(join(spoolFolder, 'usuario1'), '');
    rmSync(spoolFolder, { recursive: true });
    assert.match(await deliver(), /^deferred /);
    mkdirSync(spoolFolder);
    symlinkSync('/etc/passwd', join(spoolFolder, 'usuario1'));
    assert.match(await deliver(), /^deferred 4\.2\.0 .*symbolic link/);
  });
});
