import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ReplayOutcome } from '#mail/simulation/replay/outcome.ts';
import { openDns, type TestDns } from '../../test/world/dns.ts';
import {
  ONLY_STRANGERS,
  PASSWORD,
  type RunningServer,
  startServer,
  USER1,
  USER2,
} from '../../test/world/running-server.ts';
import { openSmtp } from '../../test/world/smtp-talk.ts';
import { valija } from '../../test/world/valija-command.ts';

const FORGED = 'From: ana@example.org\r\nSubject: hola\r\n\r\nHola\r\n';
const PLAIN = 'From: eva@example.com\r\nSubject: hola\r\n\r\nHola\r\n';

describe('valija replay', () => {
  let dns: TestDns;
  let server: RunningServer;
  before(async () => {
    dns = await openDns({
      zones: {
        'example.org': '@ TXT "v=spf1 -all"\n_dmarc TXT "v=DMARC1; p=reject"\n',
        'example.com': '@ A 192.0.2.8\n',
      },
    });
    const settings = `${ONLY_STRANGERS}resolver_addresses = ["127.0.0.1:${dns.server.port}"]\n`;
    server = await startServer({ settings });
    using stranger = await openSmtp(server, 'smtp');
    assert.match(await stranger.bring('ana@example.org', [USER1], FORGED), /^550/);
    assert.match(await stranger.bring('eva@example.com', [USER1], PLAIN), /^250/);
    assert.match(await stranger.bring('eva@example.com', ['bob@example.net'], PLAIN), /^554/);
    using submitter = await openSmtp(server, 'submission', { address: USER1, password: PASSWORD });
    assert.match(await submitter.bring(USER1, [USER2], `From: ${USER2}\r\n\r\nHola\r\n`), /^553/);
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await dns[Symbol.asyncDispose]();
  });

  /** By the settings in force, with these lines on top. */
  const replayWith = async (lines: string, ...args: readonly string[]) => {
    const file = join(server.state, 'other.toml');
    writeFileSync(file, lines + readFileSync(server.configFile, 'utf8'));
    const { code, output, errors } = await valija({ configFile: file }, '--json', 'replay', ...args);
    assert.equal(errors, '');
    return { code, outcome: JSON.parse(output) as ReplayOutcome };
  };

  it('finds nothing to change in the same settings', async () => {
    const { code, outcome } = await replayWith('');
    assert.deepEqual([code, outcome.settings, outcome.changes, outcome.unknown], [0, [], [], []]);
    assert.equal(outcome.messages, 4);
  });

  it('tells exactly the verdict that a changed setting changes, and its line', async () => {
    const { code, outcome } = await replayWith('# tried\ndmarc_policy_enforcement = false\n');
    assert.equal(code, 65);
    const [change, ...others] = outcome.changes;
    assert.deepEqual(others, []);
    assert.equal(change?.stage, 'content');
    assert.deepEqual([change.before.outcome, change.before.rule], ['reject', 'dmarc_reject']);
    assert.deepEqual([change.after.outcome, change.after.rule], ['permit', 'permit']);
    assert.deepEqual(change.causes, [{ name: 'dmarc_policy_enforcement', line: 2 }]);
    assert.equal(change.isSinceThen, false);
    assert.equal(change.message.sender, 'ana@example.org');
    assert.deepEqual(outcome.unknown, []);
  });

  it('names, of several changed settings, the one that did it', async () => {
    const { outcome } = await replayWith('header_size_limit = 20\nhopcount_limit = 40\n');
    const rules = outcome.changes.map(({ after }) => after.rule);
    assert.deepEqual([...new Set(rules)], ['header_size_limit']);
    assert.ok(outcome.changes.every(({ causes }) => causes?.some(({ name }) => name === 'header_size_limit')));
  });

  it('never makes up what was not asked then', async () => {
    const { code, outcome } = await replayWith('smtpd_client_restrictions = ["reject_rbl_client zen.example"]\n');
    assert.equal(code, 0);
    assert.deepEqual(outcome.changes, []);
    const whats = new Set(outcome.unknown.map(({ what }) => what));
    assert.deepEqual([...whats], ['dns 1.0.0.127.zen.example A']);
  });

  it('tells what changed since by other means than settings', async () => {
    assert.equal((await valija(server, 'account', 'remove', USER2)).code, 0);
    const { outcome } = await replayWith('hopcount_limit = 40\n');
    const gone = outcome.changes.find(({ subject }) => subject === `<${USER2}>`);
    assert.equal(gone?.after.rule, 'reject_unlisted_recipient');
    assert.equal(gone.isSinceThen, true);
    assert.deepEqual(gone.causes, []);
  });

  it('reads as text, in both languages, and without a server', async () => {
    const file = join(server.state, 'other.toml');
    writeFileSync(file, `dmarc_policy_enforcement = false\n${readFileSync(server.configFile, 'utf8')}`);
    const online = await valija({ configFile: file }, '--lang', 'es', 'replay', '--last', '10');
    assert.match(online.output, /rechazado \(dmarc_reject\) → ahora aceptado \(permit\)/);
    assert.match(online.output, /por dmarc_policy_enforcement \(línea 1\)/);
    await server.stop();
    const offline = await valija({ configFile: file }, 'replay', '--since', '1h');
    assert.match(offline.output, /refused \(dmarc_reject\) → now accepted \(permit\)/);
  });

  it('refuses counts and times that are none', async () => {
    assert.equal((await valija(server, 'replay', '--last', '0')).code, 64);
    assert.equal((await valija(server, 'replay', '--since', 'whenever')).code, 64);
  });
});
