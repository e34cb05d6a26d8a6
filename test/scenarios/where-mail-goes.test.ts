// One server with every class of domain that Postfix knows, over real sockets: who may send where, who is known where, and
// where the mail then lies.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeConfig } from '../world/given-state.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { type MailSink, openSink } from '../world/mail-sink.ts';
import { PASSWORD, type RunningServer, runSupervisor, startServer, USER1, USER2 } from '../world/running-server.ts';
import { deliver, openSmtp, openSmtpAt } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { queueIsEmpty, valija } from '../world/valija-command.ts';

const INSIDE = '127.0.0.2';
const NEIGHBOUR = '127.0.0.3';
const LOGIN = { address: USER1, password: PASSWORD };

let folder: string;
let outside: MailSink;
let inner: MailSink;
let server: RunningServer;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'valija-tables-'));
  outside = await openSink();
  inner = await openSink({ name: 'inner.alumno.test' });
  writeFileSync(join(folder, 'aliases'), ALIASES);
  writeFileSync(join(folder, 'lista'), `# a comment\n${USER1}\n\n${USER2}, lejos@example.net\n`);
  writeFileSync(join(folder, 'vmailbox'), VMAILBOX);
  server = await startServer({ settings: settings() });
});
after(async () => {
  await server?.[Symbol.asyncDispose]();
  await Promise.all([outside, inner].map((sink) => sink?.[Symbol.asyncDispose]()));
  rmSync(folder, { recursive: true });
});

const ALIASES = `postmaster: jefe
jefe: ${USER1}
uno: dos
dos: tres
tres: ${USER2}
todos: ${USER1}, ${USER2}
lista: :include:LISTA
circulo: circular
circular: circulo
fuera: ana@example.net
`;
const VMAILBOX = `info@example.com   example.com/info/
ventas@example.com example.com/ventas
info@example.org   example.org/info/
@example.org       example.org/todo/
`;

function settings(): string {
  writeFileSync(join(folder, 'aliases'), ALIASES.replace('LISTA', join(folder, 'lista')));
  return [
    'mydestination = ["casa.test"]\nmyorigin = "casa.test"',
    `mynetworks = ["${INSIDE}/32"]`,
    `alias_maps = ["texthash:${folder}/aliases"]`,
    `virtual_mailbox_maps = ["texthash:${folder}/vmailbox"]`,
    'virtual_mailbox_domains = ["example.com", "example.org"]',
    `virtual_alias_maps = ["inline:{soporte@valija.test=jefe@casa.test, fuera@valija.test=ana@example.net}"]`,
    'mail_owner = "valija-nadie"',
    'relay_domains = ["alumno.test"]',
    'relay_recipient_maps = ["inline:{jose@alumno.test=x}"]',
    `transport_maps = ["inline:{alumno.test=smtp:[127.0.0.1]:${inner.port}}"]`,
    `relayhost = "[127.0.0.1]:${outside.port}"`,
    'minimal_backoff_time = "1s"\nmaximal_backoff_time = "2s"\nqueue_run_delay = "1s"\nhopcount_limit = 5',
  ].join('\n');
}

async function inbox(address: string): Promise<string[]> {
  return (await readMailbox(server, { address, password: PASSWORD })).messages.map(({ text }) => text);
}

const mailFor = (address: string, words: string) =>
  until(`«${words}» for ${address}`, async () => (await inbox(address)).find((text) => text.includes(words)));
const mailAt = (sink: MailSink, words: string) =>
  until(`«${words}» elsewhere`, () => sink.messages.find(({ content }) => content.includes(words)));
const message = (subject: string) => `From: <ana@example.org>\r\nSubject: ${subject}\r\n\r\nhola\r\n`;

async function answerTo(to: string, from = 'ana@example.org', client = NEIGHBOUR): Promise<string> {
  using talk = await openSmtpAt(server.ports.smtp, client);
  await talk.say('EHLO client.example');
  await talk.say(`MAIL FROM:<${from}>`);
  return talk.say(`RCPT TO:<${to}>`);
}

describe('[C36] twelve cases: inside or outside mynetworks, logged in or not, to all classes', () => {
  const ACCEPTED = /^250 2\.1\.5 /;
  const REFUSED = /^554 5\.7\.1 <ana@example\.net>: Relay access denied$/;
  for (const [where, client] of [
    ['inside', INSIDE],
    ['outside', NEIGHBOUR],
  ] as const) {
    for (const isLoggedIn of [false, true]) {
      for (const [what, to] of [
        ['local', USER2],
        ['relay_domains', 'jose@alumno.test'],
        ['foreign', 'ana@example.net'],
      ] as const) {
        const isRefused = where === 'outside' && !isLoggedIn && what === 'foreign';
        test(`${where}, ${isLoggedIn ? 'logged in' : 'not logged in'}, ${what}: ${isRefused ? '554' : '250'}`, async () => {
          if (!isLoggedIn) {
            assert.match(await answerTo(to, 'ana@example.org', client), isRefused ? REFUSED : ACCEPTED);
            return;
          }
          using talk = await openSmtp(server, 'submission', LOGIN, client);
          await talk.say(`MAIL FROM:<${USER1}>`);
          assert.match(await talk.say(`RCPT TO:<${to}>`), ACCEPTED);
        });
      }
    }
  }
});

test('[C52] a network in mynetworks may send elsewhere, its neighbour may not', async () => {
  assert.match(await answerTo('ana@example.net', 'x@example.org', INSIDE), /^250 /);
  assert.match(await answerTo('ana@example.net', 'x@example.org', NEIGHBOUR), /^554 5\.7\.1 /);
});

test('[C28] mydestination: who exists is stored, who does not is refused, a domain that is not listed is not relayed', async () => {
  assert.match(await deliver(server, 'jefe@casa.test', message('a casa'), 'ana@example.org'), /^250 /);
  await mailFor(USER1, 'Subject: a casa');
  assert.match(
    await answerTo('nadie@casa.test'),
    /^550 5\.1\.1 <nadie@casa\.test>: Recipient address rejected: User unknown/,
  );
  assert.match(await answerTo('ana@example.net'), /^554 5\.7\.1 /);
});

describe('[C32] aliases of the machine', () => {
  test('a chain ends at its last name', async () => {
    await deliver(server, 'uno@casa.test', message('por tres nombres'));
    assert.match(await mailFor(USER2, 'por tres nombres'), /^Delivered-To: usuario2@valija\.test\r$/m);
    assert.equal((await inbox(USER1)).filter((text) => text.includes('por tres nombres')).length, 0);
  });

  test('a list is a copy to each', async () => {
    await deliver(server, 'todos@casa.test', message('para todos'));
    await Promise.all([USER1, USER2].map((user) => mailFor(user, 'para todos')));
  });

  test(':include: names a file of addresses, here and elsewhere', async () => {
    await deliver(server, 'lista@casa.test', message('de la lista'));
    await Promise.all([USER1, USER2].map((user) => mailFor(user, 'de la lista')));
    assert.deepEqual((await mailAt(outside, 'de la lista')).recipients, ['lejos@example.net']);
  });

  test('a loop does no harm: it is said to the sender, and ends', async () => {
    assert.match(await answerTo('circulo@casa.test'), /^[45]\d\d /);
  });

  test('postmaster is always somebody, also without a domain', async () => {
    for (const to of ['postmaster@casa.test', 'postmaster@valija.test', 'Postmaster'])
      assert.match(await answerTo(to), /^250 /);
  });
});

test('[C33] an alias of another server: queued, the content octet for octet, and the sender is told of', async () => {
  const signed =
    'DKIM-Signature: v=1; a=rsa-sha256; d=example.org;\r\n\tb=AAAA\r\nFrom: <ana@example.org>\r\nSubject: firmado\r\n\r\n.punto\r\nñ  \r\n';
  assert.match(await deliver(server, 'fuera@valija.test', signed.replace('\r\n.punto', '\r\n..punto')), /^250 /);
  const { content, sender, recipients } = await mailAt(outside, 'Subject: firmado');
  assert.deepEqual([sender, recipients], ['ana@example.org', ['ana@example.net']]);
  assert.ok(content.toString().endsWith(signed), 'what a signature covers is as it came');
});

test('[C34] an address without a user of its own may stand for a name of the machine', async () => {
  await deliver(server, 'soporte@valija.test', message('para soporte'));
  await mailFor(USER1, 'para soporte');
});

describe('[C29] relay_domains: the edge of another server', () => {
  test('only listed recipients are taken, and nothing is stored here', async () => {
    assert.match(await answerTo('nadie@alumno.test'), /^550 5\.1\.1 <nadie@alumno\.test>: Recipient address rejected/);
    await deliver(server, 'jose@alumno.test', message('para el alumno'));
    const { recipients, content } = await mailAt(inner, 'para el alumno');
    assert.deepEqual(recipients, ['jose@alumno.test']);
    assert.match(content.toString(), /^Received: from client\.example .*\r\n\tby mail\.valija\.test /);
    assert.ok(!readdirSync(join(server.state, 'vhosts')).includes('alumno.test'));
  });

  test('the inner server is down: it waits, and comes when it is back', async () => {
    await inner.close();
    await deliver(server, 'jose@alumno.test', message('espera'));
    await until('a deferral', () => /to=<jose@alumno\.test>.*status=deferred/.test(server.log()));
    assert.match((await valija(server, 'mailq')).output, /jose@alumno\.test/);
    await inner.open();
    await mailAt(inner, 'Subject: espera');
    await until('an empty queue', () => queueIsEmpty(server));
  });
});

describe('[C65] vmailbox', () => {
  const lies = (place: string, words: string) =>
    until(`«${words}» in ${place}`, () => {
      const path = join(server.state, 'vhosts', place);
      try {
        return readdirSync(path).some((name) => readFileSync(join(path, name), 'utf8').includes(words));
      } catch {
        return false;
      }
    });

  test('a slash is a Maildir below DOMAIN/USER', async () => {
    assert.match(await deliver(server, 'info@example.com', message('a info')), /^250 /);
    await lies('example.com/info/new', 'a info');
  });

  test('no slash is an mbox, which waits while its owner is unknown to the system', async () => {
    await deliver(server, 'ventas@example.com', message('a ventas'));
    const waits = /to=<ventas@example\.com>.*dsn=4\.3\.5, status=deferred \(.*unknown user "valija-nadie"\)/;
    await until('a deferral', () => waits.test(server.log()));
    await valija(server, 'queue', 'delete', '--recipient', 'ventas@example.com');
  });

  test('a catch-all gets what no other has; in a domain without one, unknown is refused', async () => {
    await deliver(server, 'cualquiera@example.org', message('a cualquiera'));
    await lies('example.org/todo/new', 'a cualquiera');
    await deliver(server, 'info@example.org', message('a info de org'));
    await lies('example.org/info/new', 'a info de org');
    assert.match(await answerTo('nadie@example.com'), /^550 5\.1\.1 /);
  });

  test('[C66] a changed table is used at once, without a restart; postmap -q answers the same', async () => {
    writeFileSync(join(folder, 'vmailbox'), `${VMAILBOX}nueva@example.com example.com/nueva/\n`);
    await until('the new address', async () => (await answerTo('nueva@example.com')).startsWith('250 '));
    const { output } = await valija(server, 'postmap', '-q', 'nueva@example.com', `texthash:${folder}/vmailbox`);
    assert.equal(output, 'example.com/nueva/\n');
  });
});

test('[C64] a domain in two classes is refused when the server loads its settings, by name', async () => {
  const place = join(folder, 'overlap');
  const file = writeConfig(place, 'mydestination = ["example.com"]').configFile;
  const text = readFileSync(file, 'utf8').replace(
    '\n[[listen]]',
    '\nvirtual_mailbox_domains = ["example.com"]\n[[listen]]',
  );
  writeFileSync(file, text);
  const { code, errors } = await runSupervisor(file);
  assert.notEqual(code, 0);
  assert.match(errors, /example\.com.*(?:mydestination|virtual_mailbox_domains)/s);
});

test('[C75] mail for elsewhere that has gone round too often is refused as a loop', async () => {
  const received = 'Received: from a by b; Sat, 21 Nov 2026 10:00:00 +0000\r\n'.repeat(5);
  using talk = await openSmtp(server, 'submission', LOGIN);
  const answer = await talk.bring(
    USER1,
    ['ana@example.net'],
    `${received}${received}Subject: en un anillo\r\n\r\nhola\r\n`,
  );
  assert.match(answer, /^554 5\.4\.6 /);
});
