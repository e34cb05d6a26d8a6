import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { err, ok } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import { parseTemplate } from '#mail/directory-sources/variables.ts';
import { formatClientHandshake, formatMasterHandshake } from '#protocols/dovecot-auth/handshake.ts';
import { connectionPair } from '../../../test/world/connection-pair.ts';
import { DovecotBackend } from './dovecot-backend.ts';
import { type DialDovecot, DovecotLink } from './dovecot-link.ts';

const DEADLINE_MS = 60_000;
const GREETING = 'VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t00\nDONE\n';

type Answer = (line: string) => string | 'silence' | 'hang-up';

/** A Dovecot in memory: it greets, and answers each line that has a number. */
function fakeDovecot(greeting: string, answer: Answer) {
  const seen: string[] = [];
  let connections = 0;
  const dial: DialDovecot = async () => {
    connections += 1;
    const { server, client } = connectionPair();
    client.send(greeting);
    void (async () => {
      for (;;) {
        const line = await client.readLine(DEADLINE_MS);
        if (line === undefined) return;
        seen.push(line.trimEnd());
        if (!/^(?:AUTH|USER)\t/.test(line)) continue;
        const said = answer(line.trimEnd());
        if (said === 'hang-up') return client.close();
        if (said !== 'silence') client.send(`${said}\n`);
      }
    })();
    return ok(server);
  };
  return {
    dial,
    seen,
    get connections() {
      return connections;
    },
  };
}

/** Of the test that runs: each ends with it. */
const opened: DovecotLink[] = [];
afterEach(() => {
  for (const link of opened.splice(0)) link[Symbol.dispose]();
});

function openLink(...options: ConstructorParameters<typeof DovecotLink>): DovecotLink {
  const link = new DovecotLink(...options);
  opened.push(link);
  return link;
}

function authLink(dial: DialDovecot, overrides: { timeoutMs?: number; mostQuestions?: number } = {}): DovecotLink {
  const greeting = { greeting: formatClientHandshake(9), greetingEnd: 'DONE', majorVersion: 1 } as const;
  return openLink({ name: '/test', timeoutMs: DEADLINE_MS, mostQuestions: 10, ...greeting, ...overrides }, dial);
}

function backend(auth: DovecotLink, userdb?: DovecotLink, template = '%u'): DovecotBackend {
  const username = parseTemplate(template);
  assert.ok(username.ok);
  return new DovecotBackend({ name: 'dovecot 1', auth, userdb, username: username.value });
}

const idOf = (line: string) => line.split('\t')[1];
const USUARIO1 = { localPart: 'usuario1', domain: 'valija.test' };

test('[C57] a password is tried as PLAIN; yes, no, and who was meant', async () => {
  const replies: Record<string, string> = {
    right: 'OK\tN\tuser=usuario1@valija.test',
    bare: 'OK\tN\tuser=usuario1',
    master: 'OK\tN\tuser=victima@valija.test',
    wrong: 'FAIL\tN\tuser=usuario1@valija.test',
    old: 'FAIL\tN\tuser=usuario1@valija.test\tcode=pass_expired',
  };
  const fake = fakeDovecot(GREETING, (line) => {
    const message = Buffer.from(line.slice(line.indexOf('resp=') + 5), 'base64').toString();
    return replies[message.split('\0')[2] ?? '']?.replace('N', idOf(line) ?? '') ?? 'silence';
  });
  const dovecot = backend(authLink(fake.dial));
  for (const [secret, expected] of [
    ['right', true],
    ['bare', true],
    ['master', false],
    ['wrong', false],
    ['old', false],
  ] as const) {
    assert.equal(await dovecot.bind('usuario1@valija.test', secret), expected, secret);
  }
  assert.equal(await dovecot.bind('a\tb', 'right'), false);
  assert.equal(await dovecot.bind('usuario1@valija.test', 'a\0b'), false);
  assert.equal(fake.connections, 1);
  assert.deepEqual(fake.seen.slice(0, 2), ['VERSION\t1\t2', 'CPID\t9']);
  assert.match(fake.seen[2] ?? '', /^AUTH\t1\tPLAIN\tservice=smtp\tnologin\tsecured\tresp=[A-Za-z0-9+/=]+$/);
});

test('[C57] questions under way at once do not wait for one another', async () => {
  const { server, client } = connectionPair();
  client.send(GREETING);
  const link = authLink(async () => ok(server));
  const slow = link.ask((id) => `AUTH\t${id}\tslow\n`);
  const fast = link.ask((id) => `AUTH\t${id}\tfast\n`);
  await client.waitFor('fast\n', DEADLINE_MS);
  client.send('OK\t2\tuser=b\n');
  assert.equal((await fast).toString(), 'OK\t2\tuser=b');
  client.send('OK\t7\tuser=x\nNOISE\nOK\t1\tuser=a\n');
  assert.equal((await slow).toString(), 'OK\t1\tuser=a');
});

const unavailable = (failure: unknown) => failure instanceof WorldError && failure.transient;

test('[C57] a Dovecot that is down, hangs, says nonsense or «later» is unavailable, and never «no»', async () => {
  const cases: Readonly<Record<string, DialDovecot>> = {
    'nobody there': async () => err('Connection refused'),
    'no greeting': fakeDovecot('', () => 'silence').dial,
    'half a greeting': fakeDovecot('VERSION\t1\t2\nMECH\tPLAIN\n', () => 'silence').dial,
    'another version': fakeDovecot('VERSION\t2\t0\nDONE\n', () => 'silence').dial,
    'a line without end': fakeDovecot('x'.repeat(20_000), () => 'silence').dial,
    silence: fakeDovecot(GREETING, () => 'silence').dial,
    'it hangs up': fakeDovecot(GREETING, () => 'hang-up').dial,
    later: fakeDovecot(GREETING, (line) => `FAIL\t${idOf(line)}\ttemp`).dial,
    'more questions': fakeDovecot(GREETING, (line) => `CONT\t${idOf(line)}\t`).dial,
    nonsense: fakeDovecot(GREETING, (line) => `OK\t${idOf(line)}`).dial,
  };
  for (const [name, dial] of Object.entries(cases)) {
    const dovecot = backend(authLink(dial, { timeoutMs: 100 }));
    await assert.rejects(dovecot.bind('usuario1@valija.test', 'x'), unavailable, name);
  }
});

test('[C57] a Dovecot that was started anew is asked anew', async () => {
  let answers = 0;
  const fake = fakeDovecot(GREETING, (line) => {
    answers += 1;
    return answers === 2 ? 'hang-up' : `OK\t${idOf(line)}\tuser=usuario1@valija.test`;
  });
  const dovecot = backend(authLink(fake.dial));
  for (let i = 0; i < 3; i += 1) assert.equal(await dovecot.bind('usuario1@valija.test', 'x'), true);
  assert.equal(fake.connections, 2);
});

test('[C57] questions beyond the limit are «later» at once', async () => {
  const fake = fakeDovecot(GREETING, () => 'silence');
  const link = authLink(fake.dial, { mostQuestions: 2, timeoutMs: 300 });
  const asked = [1, 2, 3].map(() => link.ask((id) => `AUTH\t${id}\tX\n`));
  await assert.rejects(asked[2] ?? assert.fail(), /too many questions/);
  for (const question of asked) await assert.rejects(question, unavailable);
});

test('[C57] who is there: found, not found, and by what Dovecot calls them', async () => {
  const fake = fakeDovecot('VERSION\t1\t1\nSPID\t7\n', (line) => {
    const [, id, name] = line.split('\t');
    if (name === 'usuario1')
      return `USER\t${id}\tusuario1\tuid=5000\thome=/x\tquota_rule=*:bytes=1000\tsystem_groups_user=y`;
    return name === 'later' ? `FAIL\t${id}` : `NOTFOUND\t${id}`;
  });
  const userdb = openLink(
    {
      name: '/u',
      timeoutMs: DEADLINE_MS,
      mostQuestions: 10,
      greeting: formatMasterHandshake(),
      greetingEnd: 'SPID',
      majorVersion: 1,
    },
    fake.dial,
  );
  const dovecot = backend(
    authLink(async () => err('not asked')),
    userdb,
    '%n',
  );
  const fields = new Map([
    ['user', ['usuario1']],
    ['quota_rule', ['*:bytes=1000']],
  ]);
  assert.deepEqual(await dovecot.findUser(USUARIO1), fields);
  assert.deepEqual(await dovecot.findLogin(USUARIO1), { fields, bindName: 'usuario1' });
  assert.equal(await dovecot.findUser({ ...USUARIO1, localPart: 'nadie' }), undefined);
  await assert.rejects(dovecot.findUser({ ...USUARIO1, localPart: 'later' }), unavailable);
  assert.equal(fake.seen[1], 'USER\t1\tusuario1\tservice=lmtp');
});
