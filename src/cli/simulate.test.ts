import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ReportedSimulation } from '#mail/simulation/outcome.ts';
import { ONLY_STRANGERS, type RunningServer, startServer, USER1, USER2 } from '../../test/world/running-server.ts';
import { valija } from '../../test/world/valija-command.ts';

const ZONE = `
$ORIGIN example.org.
@     MX 10 mx
mx    A 198.51.100.7
@     TXT "v=spf1 ip4:198.51.100.7 -all"
_dmarc TXT "v=DMARC1; p=reject"
$ORIGIN example.net.
@     MX 20 mx2
@     MX 10 mx1
mx1   A 192.0.2.41
mx2   A 192.0.2.42
`;

describe('valija simulate', () => {
  let server: RunningServer;
  let zone: string;
  before(async () => {
    server = await startServer({ settings: `${ONLY_STRANGERS}resolver_addresses = ["127.0.0.1:9"]\n` });
    zone = join(server.state, 'invented.zone');
    writeFileSync(zone, ZONE);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });

  const ask = async (...args: readonly string[]) => {
    const { code, output, errors } = await valija(server, '--json', 'simulate', '--dns', zone, ...args);
    assert.equal(errors, '');
    return { code, outcome: JSON.parse(output) as ReportedSimulation };
  };

  it('takes a stranger’s mail for a user of ours', async () => {
    const { code, outcome } = await ask(USER1, '--from', 'ana@example.org', '--client', '198.51.100.7');
    assert.equal(code, 0);
    assert.deepEqual(outcome.plan, [{ kind: 'file', recipient: USER1, account: USER1, mailbox: 'INBOX' }]);
    const checked = outcome.steps.flatMap(({ events }) => events).find((event) => event.kind === 'sender-checked');
    assert.equal(checked?.findings.dmarc.result, 'pass');
  });

  it('refuses to be an open relay', async () => {
    const { code, outcome } = await ask('bob@example.net', '--from', 'ana@example.org', '--client', '198.51.100.9');
    assert.equal(code, 65);
    assert.equal(outcome.rule, 'reject_unauth_destination');
  });

  it('refuses by DMARC, with a DNS that was invented', async () => {
    const { code, outcome } = await ask(USER1, '--from', 'ana@example.org', '--client', '203.0.113.5');
    assert.equal(code, 65);
    assert.equal(outcome.rule, 'dmarc_reject');
  });

  it('refuses a submission with somebody else’s From', async () => {
    const letter = join(server.state, 'letter.eml');
    writeFileSync(letter, `From: ${USER2}\nTo: bob@example.net\nSubject: hola\n\nHola\n`);
    const { code, outcome } = await ask('bob@example.net', '--login', USER1, '--message', letter);
    assert.equal(code, 65);
    assert.equal(outcome.rule, 'reject_author_login_mismatch');
  });

  it('names the servers that mail of our own would be brought to', async () => {
    const { outcome } = await ask('bob@example.net', '--login', USER1);
    const [end] = outcome.plan;
    assert.ok(end?.kind === 'queue');
    assert.deepEqual(
      end.servers?.map(({ name, address }) => `${name} ${address}`),
      ['mx1.example.net 192.0.2.41', 'mx2.example.net 192.0.2.42'],
    );
  });

  it('leaves every byte of the state as it was', async () => {
    const before = hashesOf(server.state);
    await ask(USER1, 'bob@example.net', 'nadie@valija.test', '--from', 'ana@example.org', '--client', '198.51.100.7');
    await ask('bob@example.net', '--login', USER1);
    assert.deepEqual(hashesOf(server.state), before);
  });

  it('judges by another configuration, and leaves the one in force alone', async () => {
    const other = join(server.state, 'other.toml');
    const text = readFileSync(server.configFile, 'utf8');
    writeFileSync(other, `message_size_limit = 1000\n${text}`);
    const args = ['--json', 'simulate', '--dns', zone, USER1, '--from', 'ana@example.org', '--size', '5000'];
    const elsewhere = await valija({ configFile: other }, ...args);
    assert.equal((JSON.parse(elsewhere.output) as ReportedSimulation).reply?.enhanced, '5.3.4');
    assert.equal((await valija(server, ...args, '--client', '198.51.100.7')).code, 0);
  });

  it('asks block lists of the invented DNS, and leaves greylisting and policy services alone', async () => {
    const lists = [
      'smtpd_client_restrictions = ["reject_unknown_client_hostname", "reject_rbl_client zen.example"]',
      'smtpd_recipient_restrictions = ["check_greylist", "check_policy_service inet:127.0.0.1:9"]',
    ];
    const listed = join(server.state, 'listed.zone');
    writeFileSync(
      listed,
      `${ZONE}$ORIGIN zen.example.\n9.100.51.198 A 127.0.0.2\n9.100.51.198 TXT "seen sending spam"\n`,
    );
    const file = join(server.state, 'lists.toml');
    writeFileSync(file, `${lists.join('\n')}\n${readFileSync(server.configFile, 'utf8')}`);
    const before = hashesOf(server.state);
    const ask = async (client: string) => {
      const args = [USER1, '--client', client, '--client-name', 'mx.example.org', '--from', 'eva@example.com'];
      const { output } = await valija({ configFile: file }, '--json', 'simulate', '--dns', listed, ...args);
      return JSON.parse(output) as ReportedSimulation;
    };
    const refused = await ask('198.51.100.9');
    assert.equal(refused.rule, 'reject_rbl_client');
    assert.match(refused.reply?.lines.join() ?? '', /blocked using zen\.example; seen sending spam/);
    const checks = refused.steps.flatMap((step) => step.checks).filter(({ list }) => list !== undefined);
    assert.deepEqual(
      checks.map(({ element, outcome }) => [element, outcome]),
      [
        ['reject_unknown_client_hostname', 'silent'],
        ['reject_rbl_client zen.example', 'reject'],
      ],
    );
    const taken = await ask('198.51.100.10');
    assert.deepEqual([taken.verdict, taken.notes], ['accepted', ['services']]);
    assert.deepEqual(hashesOf(server.state), before);
  });

  it('says of what would be held that it waits for its release, in both languages', async () => {
    const table = join(server.state, 'hold');
    writeFileSync(table, 'example.net HOLD\n');
    const file = join(server.state, 'hold.toml');
    const lists = `smtpd_recipient_restrictions = ["check_recipient_access texthash:${table}"]`;
    const rest = readFileSync(server.configFile, 'utf8');
    writeFileSync(file, `relay_domains = ["example.net"]\n${lists}\n${rest}`);
    const args = [
      'simulate',
      '--dns',
      zone,
      'bob@example.net',
      '--from',
      'ana@example.org',
      '--client',
      '198.51.100.7',
    ];
    const english = await valija({ configFile: file }, ...args);
    assert.equal(english.code, 0);
    assert.match(english.output, /queue → smtp:example\.net\n +it is held \(HOLD\): .*valija queue release/);
    const spanish = await valija({ configFile: file }, '--lang', 'es', ...args);
    assert.match(spanish.output, /cola → smtp:example\.net\n +se retiene \(HOLD\): .*valija queue release/);
  });

  it('says what is wrong with what it was given', async () => {
    const wrong = await valija(server, 'simulate', USER1, '--client', 'nowhere');
    assert.deepEqual([wrong.code, wrong.errors], [65, 'valija: nowhere is no address\n']);
    const file = join(server.state, 'broken.zone');
    writeFileSync(file, '$ORIGIN example.org.\n@ MX ten mx\n');
    const broken = await valija(server, 'simulate', USER1, '--dns', file);
    assert.match(broken.errors, /line 2: MX/);
    assert.equal((await valija(server, 'simulate', USER1, '--at', 'soon')).code, 64);
  });

  it('draws the way as a picture, in the language of its reader', async () => {
    const svg = join(server.state, 'way.svg');
    const drawn = await valija(server, '--lang', 'es', 'simulate', '--dns', zone, '<b>@example.net', '--svg', svg);
    assert.equal(drawn.code, 65);
    const picture = readFileSync(svg, 'utf8');
    assert.match(picture, /Se rechazaría/);
    assert.match(picture, /&lt;b&gt;@example\.net/);
    assert.doesNotMatch(picture, /<b>/);
  });

  it('answers without a server, too, and changes nothing then', async () => {
    await server.stop();
    const before = hashesOf(server.state);
    const { code, outcome } = await ask(USER1, '--from', 'ana@example.org', '--client', '203.0.113.5');
    assert.deepEqual([code, outcome.rule], [65, 'dmarc_reject']);
    assert.deepEqual(hashesOf(server.state), before);
  });
});

/** Of every file but the log. */
function hashesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const kept = files.filter((name) => !name.startsWith('log') && statSync(join(folder, name)).isFile());
  return Object.fromEntries(
    kept.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}
