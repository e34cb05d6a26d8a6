// Case 1: mail between the users of one machine, as they, cron and PHP send it and as their programs find it. Runs as root
// only: each user's mail is handled as that user.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
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
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addUser } from '../world/machine-user.ts';
import { type MailSink, openSink } from '../world/mail-sink.ts';
import { idsOf, type RootServer, startRootServer } from '../world/root-server.ts';
import { openSmtpAt } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';

const isRoot = process.getuid?.() === 0;
const [ANA, LUIS] = [`vana${process.pid}`, `vluis${process.pid}`];

describe('users of the machine', { skip: isRoot ? false : 'needs root' }, () => {
  const opened = new AsyncDisposableStack();
  let place: string;
  let outside: MailSink;
  before(async () => {
    place = mkdtempSync(join(tmpdir(), 'valija-homes-'));
    opened.defer(() => rmSync(place, { recursive: true }));
    chmodSync(place, 0o755);
    for (const user of [ANA, LUIS]) {
      opened.use(await addUser(user, '--home-dir', join(place, user), '--shell', '/bin/sh'));
      mkdirSync(join(place, user), { mode: 0o750 });
      own(join(place, user), user);
    }
    outside = opened.use(await openSink());
  });
  after(() => opened.disposeAsync());

  const home = (user: string, name = '') => join(place, user, name);
  const spoolOf = (server: RootServer) => join(server.folder, 'mail');
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const mbox = (server: RootServer, user: string) => read(join(spoolOf(server), user));
  const arrives = (server: RootServer, user: string, words: string) =>
    until(`«${words}» for ${user}`, () => mbox(server, user).includes(words) && mbox(server, user));

  function own(path: string, user: string): void {
    const [uid = 0, gid = 0] = idsOf(user);
    chownSync(path, uid, gid);
  }

  function put(user: string, name: string, text: string, mode = 0o600): void {
    writeFileSync(home(user, name), text, { mode });
    own(home(user, name), user);
  }

  /** As that user, from their home, with an environment of cron's kind. */
  function run(user: string, program: string, args: readonly string[], input: string) {
    const [uid = 0, gid = 0] = user === 'root' ? [0, 0] : idsOf(user);
    const HOME = user === 'root' ? place : home(user);
    const env = { HOME, LOGNAME: user, USER: user, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' };
    const { status, stderr } = spawnSync(program, args, { uid, gid, env, input, cwd: '/', encoding: 'utf8' });
    return { status, stderr };
  }

  function openServer(...settings: readonly string[]): Promise<RootServer> {
    return startRootServer((folder) => {
      mkdirSync(join(folder, 'mail'));
      chownSync(join(folder, 'mail'), 0, Number(/^mail:x:(\d+):/m.exec(readFileSync('/etc/group', 'utf8'))?.[1]));
      chmodSync(join(folder, 'mail'), 0o2775);
      return [
        'myhostname = "casa.valija.test"',
        `mail_spool_directory = "${folder}/mail"`,
        `myorigin = "${folder}/mailname"`,
        'mydestination = ["casa.valija.test", "localhost", "valija.test"]',
        `alias_maps = ["texthash:${folder}/aliases"]`,
        `virtual_alias_maps = ["inline:{virtual@example.org=${ANA}@localhost}"]`,
        'virtual_mailbox_domains = ["example.com"]\nvirtual_mailbox_maps = ["inline:{ventas@example.com=example.com/ventas}"]',
        `relayhost = "[127.0.0.1]:${outside.port}"`,
        'minimal_backoff_time = "1s"\nmaximal_backoff_time = "2s"\nqueue_run_delay = "1s"',
        ...settings,
        writeTables(folder),
      ].join('\n');
    });
  }

  function writeTables(folder: string): string {
    writeFileSync(join(folder, 'mailname'), 'valija.test\n');
    const program = join(folder, 'program');
    writeFileSync(program, `#!/bin/sh\nid -un > ${folder}/drop/who\ncat >> ${folder}/drop/piped\n`, { mode: 0o755 });
    mkdirSync(join(folder, 'drop'), { mode: 0o777 });
    chmodSync(join(folder, 'drop'), 0o777);
    const aliases = `programa: |${program}\narchivo: ${folder}/drop/file\njefa: ${ANA}\n`;
    writeFileSync(join(folder, 'aliases'), aliases);
    return '';
  }

  describe('in /var/mail', () => {
    let server: RootServer;
    before(async () => {
      server = await openServer();
    });
    after(() => server?.[Symbol.asyncDispose]());

    test('[C13] [C17] echo hola | sendmail user@localhost: one message, as an mbox holds it, and the file is theirs', async () => {
      assert.deepEqual(run(LUIS, server.sendmail, [`${ANA}@localhost`], 'hola\n'), { status: 0, stderr: '' });
      const text = await arrives(server, ANA, '\nhola\n');
      assert.match(text, new RegExp(`^From ${LUIS}@valija\\.test .*\\nReturn-Path: <${LUIS}@valija\\.test>\\n`));
      assert.match(text, new RegExp(`\\nX-Original-To: ${ANA}@localhost\\n|\\nDelivered-To: ${ANA}@`));
      assert.match(text, new RegExp(`\\nReceived: by casa\\.valija\\.test \\(Valija, from user ${LUIS}\\)\\n`));
      assert.match(text, new RegExp(`\\nFrom: .*${LUIS}@valija\\.test`));
      assert.equal(text.match(/^From /gm)?.length, 1);
      const { uid, gid, mode } = statSync(join(spoolOf(server), ANA));
      assert.deepEqual([uid, gid, mode & 0o777], [idsOf(ANA)[0], statSync(spoolOf(server)).gid, 0o660]);
    });

    test('[C13] mail for root lies in its own file; nothing becomes root for it', async () => {
      run(ANA, server.sendmail, ['root@localhost'], 'Subject: para root\n\nhola\n');
      await arrives(server, 'root', 'Subject: para root');
      assert.equal(statSync(join(spoolOf(server), 'root')).uid, 0);
    });

    test('[C2] sender and From get the name in mailname', async () => {
      run(
        ANA,
        server.sendmail,
        ['-i', 'fuera@example.net'],
        `From: ${ANA}\nTo: fuera@example.net\nSubject: mi nombre\n\nhola\n`,
      );
      const went = await until('it outside', () =>
        outside.messages.find(({ content }) => content.includes('mi nombre')),
      );
      assert.equal(went.sender, `${ANA}@valija.test`);
      assert.match(went.content.toString(), new RegExp(`^From: ${ANA}@valija\\.test\\r$`, 'm'));
    });

    test('[C14] as cron calls it, and as PHP does: the recipients of the header', async () => {
      const cron = ['-i', '-FCronDaemon', '-B8BITMIME', '-oem', ANA];
      const report = `From: root (Cron Daemon)\nTo: ${ANA}\nSubject: Cron <root@casa> /bin/true\nContent-Type: text/plain; charset=UTF-8\n\naño\n.\nsigue\n`;
      assert.equal(run('root', server.sendmail, cron, report).status, 0);
      assert.match(await arrives(server, ANA, 'Cron <root@casa>'), /\naño\n\.\nsigue\n/);
      const php = ['-t', '-i', '-f', `${LUIS}@valija.test`];
      const letter = `To: ${ANA}@localhost\nSubject: de PHP\nX-PHP-Originating-Script: 1000:index.php\nBcc: root@localhost\n\nhola\n`;
      assert.equal(run(LUIS, server.sendmail, php, letter).status, 0);
      assert.doesNotMatch(await arrives(server, ANA, 'Subject: de PHP'), /^Bcc:/m);
      await arrives(server, 'root', 'Subject: de PHP');
    });

    for (const [program, scheme] of [
      ['/usr/bin/bsd-mailx', ''],
      ['/usr/bin/mail.mailutils', 'sendmail:'],
    ] as const) {
      const name = program.slice('/usr/bin/'.length);
      test(`[C13] [C15] ${name} over our sendmail`, {
        skip: existsSync(program) ? false : `${name} is not installed`,
      }, async () => {
        put(LUIS, '.mailrc', `set sendmail=${scheme}${server.sendmail}\n`);
        const { status, stderr } = run(LUIS, program, ['-s', `de ${name}`, `${ANA}@localhost`], 'hola desde mail\n');
        assert.equal(status, 0, stderr);
        assert.match(await arrives(server, ANA, `Subject: de ${name}`), /\nhola desde mail\n/);
      });
    }

    test('[C17] lines that begin with «From » are quoted, and many at once leave every message whole', async () => {
      const send = async (at: number) => {
        using talk = await openSmtpAt(server.port);
        await talk.say('HELO client.example');
        assert.match(
          await talk.bring('x@example.org', [`${LUIS}@localhost`], `Subject: n${at}.\r\n\r\nFrom aquí\r\n`),
          /^250/,
        );
      };
      await Promise.all(Array.from({ length: 60 }, (_, at) => send(at)));
      const all = () => mbox(server, LUIS).match(/^From x@example\.org /gm)?.length === 60;
      await until('sixty messages', all);
      const text = mbox(server, LUIS);
      for (let at = 0; at < 60; at++) assert.equal(text.split(`Subject: n${at}.\n`).length, 2);
      assert.equal(text.match(/^>From aquí$/gm)?.length, 60);
    });

    test('[C32] an alias of a command and one of a file: carried out as nobody', async () => {
      run(
        ANA,
        server.sendmail,
        ['programa@localhost', 'archivo@localhost', 'jefa'],
        'Subject: a todas partes\n\nhola\n',
      );
      const drop = join(server.folder, 'drop');
      await until('the command', () => read(join(drop, 'piped')).includes('a todas partes'));
      await until('the file', () => read(join(drop, 'file')).includes('a todas partes'));
      assert.equal(read(join(drop, 'who')), 'nobody\n');
      await arrives(server, ANA, 'a todas partes');
    });

    test('[C34] an address with no user of its own is an alias of a user of the machine', async () => {
      run(LUIS, server.sendmail, ['virtual@example.org'], 'Subject: por un alias\n\nhola\n');
      assert.match(
        await arrives(server, ANA, 'Subject: por un alias'),
        new RegExp(`\\nDelivered-To: ${ANA}@localhost\\n`),
      );
    });

    test('[C65] vmailbox without a slash: an mbox, written as mail_owner', async () => {
      run(LUIS, server.sendmail, ['ventas@example.com'], 'Subject: a ventas\n\nhola\n');
      const file = join(server.folder, 'state/vhosts/example.com/ventas');
      const text = await until('the mbox', () => read(file).includes('Subject: a ventas') && read(file));
      assert.match(text, new RegExp(`^From ${LUIS}@valija\\.test .*\\nReturn-Path: <${LUIS}@valija\\.test>\\n`));
      assert.equal(statSync(file).uid, idsOf('valija')[0]);
    });

    test('[C33] ~/.forward: a copy is kept, another goes away; a forward to oneself ends', async () => {
      put(ANA, '.forward', `\\${ANA}, lejos@example.net\n`);
      run(LUIS, server.sendmail, [`${ANA}@localhost`], 'Subject: dos caminos\n\nhola\n');
      await arrives(server, ANA, 'Subject: dos caminos');
      const went = await until('it outside', () =>
        outside.messages.find(({ content }) => content.includes('dos caminos')),
      );
      assert.deepEqual([went.recipients, went.sender], [['lejos@example.net'], `${LUIS}@valija.test`]);

      put(ANA, '.forward', `${ANA}\n`);
      run(LUIS, server.sendmail, [`${ANA}@localhost`], 'Subject: a sí misma\n\nhola\n');
      const text = await arrives(server, ANA, 'Subject: a sí misma');
      assert.equal(text.split('Subject: a sí misma').length, 2);
      rmSync(home(ANA, '.forward'));
    });
  });

  test('[C43] home_mailbox = Maildir/: the next delivery is in ~/Maildir/new, which is the user’s alone', async () => {
    await using server = await openServer('home_mailbox = "Maildir/"');
    run(LUIS, server.sendmail, [`${ANA}@localhost`], 'Subject: en casa\n\nhola\n');
    const folder = home(ANA, 'Maildir/new');
    await until('a file', () => existsSync(folder) && readdirSync(folder).length === 1);
    const [uid] = idsOf(ANA);
    for (const path of [home(ANA, 'Maildir'), folder]) {
      const found = statSync(path);
      assert.deepEqual([found.uid, found.mode & 0o777], [uid, 0o700]);
    }
    const [file = ''] = readdirSync(folder);
    assert.equal(statSync(join(folder, file)).uid, uid);
    assert.match(read(join(folder, file)), /^Subject: en casa$/m);
    assert.equal(mbox(server, ANA), '');
  });

  test('[C44] mailbox_command: as the user, told what it is about; 75 waits, another code returns, root runs nothing', async () => {
    const script = join(place, 'deliver.sh');
    const lines = [
      '#!/bin/sh',
      'env > "$HOME/env"',
      'id -u >> "$HOME/env"',
      'cat > "$HOME/message"',
      'exit "$(cat "$HOME/code")"',
    ];
    writeFileSync(script, `${lines.join('\n')}\n`, { mode: 0o755 });
    put(ANA, 'code', '0\n');
    await using server = await openServer(`mailbox_command = "${script}"`);
    const send = (to: string, subject: string) => run(LUIS, server.sendmail, [to], `Subject: ${subject}\n\nhola\n`);

    send(`${ANA}+detalle@localhost`, 'al programa');
    await until('the command', () => read(home(ANA, 'message')).includes('Subject: al programa'));
    const environment = read(home(ANA, 'env'));
    const [uid] = idsOf(ANA);
    for (const line of [
      `USER=${ANA}`,
      `LOGNAME=${ANA}`,
      `HOME=${home(ANA)}`,
      'EXTENSION=detalle',
      `SENDER=${LUIS}@valija.test`,
      String(uid),
    ]) {
      assert.ok(environment.split('\n').includes(line), `${line} in ${environment}`);
    }
    assert.doesNotMatch(environment, /VALIJA|NODE/);

    put(ANA, 'code', '75\n');
    send(`${ANA}@localhost`, 'más tarde');
    await until('a deferral', () =>
      new RegExp(`to=<${ANA}@localhost>.*dsn=4\\.3\\.0, status=deferred`).test(server.log()),
    );
    put(ANA, 'code', '0\n');
    await until('its delivery', () => read(home(ANA, 'message')).includes('Subject: más tarde'));

    put(ANA, 'code', '1\n');
    send(`${ANA}@localhost`, 'nunca');
    await until('a bounce', () =>
      new RegExp(`to=<${ANA}@localhost>.*dsn=5\\.3\\.0, status=bounced`).test(server.log()),
    );

    send('root@localhost', 'para root');
    await arrives(server, 'root', 'Subject: para root');
  });
});
