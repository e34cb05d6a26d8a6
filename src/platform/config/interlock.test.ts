import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSafeConfig } from './interlock.ts';
import { describeComplaint, formatComplaint } from './toml-text.ts';

const LISTEN = '[[listen]]\nservice = "smtp"\nport = 25\n';

function complaints(settings: string, language: 'en' | 'es' = 'en'): string[] {
  const parsed = parseSafeConfig(`${settings}\n${LISTEN}`, 'valija.toml');
  return parsed.ok ? [] : parsed.error.map((complaint) => describeComplaint(complaint, language));
}

test('[C53] a danger is said with the line of the very element, the reason, and what to do instead', () => {
  const [found = '', ...others] = complaints('mynetworks = [\n  "127.0.0.0/8",\n  "0.0.0.0/0",\n]');
  assert.match(
    found,
    /^valija\.toml:3: mynetworks: 0\.0\.0\.0\/0 is .*open relay.*Instead: .*587.*accept_danger = \["open_relay"\]\.$/,
  );
  assert.deepEqual(others, []);
  assert.match(
    complaints('mynetworks = ["0.0.0.0/0"]', 'es')[0] ?? '',
    /^valija\.toml:1: mynetworks: .*relay abierto.*En su lugar: .*587/,
  );
});

test('[C53] permit before reject_unauth_destination is refused where it is written, at the top and at a listener', () => {
  assert.match(
    complaints('smtpd_relay_restrictions = ["permit_mynetworks", "permit", "reject_unauth_destination"]')[0] ?? '',
    /^valija\.toml:1: smtpd_relay_restrictions: «permit» permits strangers/,
  );
  const listener = `${LISTEN}smtpd_relay_restrictions = ["permit"]\n`;
  const parsed = parseSafeConfig(listener, 'valija.toml');
  assert.match(
    parsed.ok ? '' : parsed.error.map(formatComplaint).join(),
    /^valija\.toml:4: listen\[1\]\.smtpd_relay_restrictions: /,
  );
});

test('[C53] accept_danger lets it through by name; a name that is none is refused', () => {
  assert.deepEqual(complaints('mynetworks = ["0.0.0.0/0"]\naccept_danger = ["open_relay"]'), []);
  assert.equal(complaints('mynetworks = ["0.0.0.0/0"]\naccept_danger = ["backscatter"]').length, 1);
  assert.match(complaints('accept_danger = ["everything"]')[0] ?? '', /accept_danger.*must be one of "open_relay"/);
});

test('a domain in two classes is refused, and no accept_danger changes that', () => {
  const settings =
    'accept_danger = ["open_relay", "backscatter"]\nmydestination = ["a.test"]\nrelay_domains = ["a.test"]';
  assert.match(complaints(settings)[0] ?? '', /the domain a\.test is in mydestination and in relay_domains/);
});
