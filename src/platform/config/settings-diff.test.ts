import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffSettings } from './settings-diff.ts';

function diff(before: string, after: string): string[] {
  const changes = diffSettings({ name: 'a.toml', text: before }, { name: 'b.toml', text: after });
  assert.ok(changes.ok);
  return changes.value.map(({ key, before: was, after: is }) => `${key}: ${was} → ${is}`);
}

const LISTEN = '[[listen]]\nservice = "smtp"\nport = 25\n[[listen]]\nservice = "imap"\nport = 143\n';

test('settings that differ, come and go; order and comments do not matter', () => {
  assert.deepEqual(diff('# one\nmyhostname = "a"\nport = 1\n', 'port = 1\nmyhostname = "a"\n'), []);
  assert.deepEqual(diff('a = 1\nb = ["x"]\n', 'b = ["x", "y"]\nc = true\n'), [
    'a: 1 → undefined',
    'b: ["x"] → ["x","y"]',
    'c: undefined → true',
  ]);
});

test('a listener is known by what it serves and where', () => {
  const moved = '[[listen]]\nport = 143\nservice = "imap"\n[[listen]]\nservice = "smtp"\nport = 25\n';
  assert.deepEqual(diff(LISTEN, moved), []);
  assert.deepEqual(diff(LISTEN, LISTEN.replace('port = 25\n', 'port = 25\nmyhostname = "b"\n')), [
    'listen smtp 127.0.0.1:25, myhostname: undefined → "b"',
  ]);
  assert.deepEqual(
    diff('[smtpd_restriction_classes]\na = ["reject"]\n', '[smtpd_restriction_classes]\na = ["permit"]\n'),
    ['smtpd_restriction_classes.a: ["reject"] → ["permit"]'],
  );
});

test('secrets are compared and not shown', () => {
  const changes = diff(
    'srs_secrets = ["aaaaaaaaaaaaaaaa"]\n',
    'srs_secrets = ["bbbbbbbbbbbbbbbb"]\nsmtp_sasl_password_maps = ["static:u:p"]\n[[acme]]\neab_hmac_key = "k"\n',
  );
  assert.deepEqual(changes, [
    'srs_secrets: (not shown) → (not shown)',
    'smtp_sasl_password_maps: undefined → (not shown)',
    'acme 1, eab_hmac_key: undefined → (not shown)',
  ]);
});

test('what is no TOML is said with its name', () => {
  const outcome = diffSettings({ name: 'a.toml', text: 'a = 1' }, { name: 'b.toml', text: 'a = ' });
  assert.equal(!outcome.ok && outcome.error[0]?.file, 'b.toml');
});
