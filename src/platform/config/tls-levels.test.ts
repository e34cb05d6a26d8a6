import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './load-config.ts';
import { closedToPlainMail } from './tls-levels.ts';
import { type ConfigComplaint, describeWrong, formatComplaint } from './toml-text.ts';

interface Door {
  readonly service: string;
  readonly address?: string;
  readonly port?: number;
  readonly level?: string;
}

function read(level: string, ...doors: readonly Door[]) {
  const tables = doors.map(({ service, address = '127.0.0.1', port = 0, level: own }) => {
    const override = own === undefined ? '' : `smtpd_tls_security_level = "${own}"\n`;
    return `[[listen]]\nservice = "${service}"\naddress = "${address}"\nport = ${port}\n${override}`;
  });
  return parseConfig([`smtpd_tls_security_level = "${level}"`, ...tables].join('\n'), 'valija.toml');
}

const wordsOf = (complaints: readonly ConfigComplaint[]) => complaints.map(({ wrong }) => describeWrong(wrong, 'en'));

test('a submission port without TLS, on which nobody could log in, is refused, wherever that is said', () => {
  const wrong = 'submission needs TLS, or nobody could log in there: set "may" or "encrypt" for this listener';
  for (const outcome of [
    read('may', { service: 'smtp' }, { service: 'submission', level: 'none' }),
    read('none', { service: 'smtp' }, { service: 'submission' }),
  ]) {
    assert.ok(!outcome.ok);
    assert.match(outcome.error.map(formatComplaint).join('\n'), /^valija\.toml:\d+: listen\[2\]\./);
    assert.deepEqual(wordsOf(outcome.error), [wrong]);
  }
  assert.ok(read('none', { service: 'smtp' }, { service: 'submission', level: 'encrypt' }).ok);
});

test('ports that speak TLS from the first octet, and those of mailboxes, have no such level', () => {
  for (const service of ['submissions', 'imap', 'imaps', 'pop3', 'pop3s', 'http', 'https']) {
    const outcome = read('may', { service, level: 'encrypt' });
    assert.ok(!outcome.ok);
    assert.match(wordsOf(outcome.error)[0] ?? '', /^is for smtp, submission and lmtp; /);
    assert.ok(read('none', { service }).ok, 'the setting of the whole server does not concern them');
  }
});

test('[C41] encrypt on a public port 25 is told; elsewhere it is what one wants', () => {
  const told = (level: string, door: Partial<Door>) => {
    const outcome = read(level, { service: 'smtp', address: '0.0.0.0', port: 25, ...door });
    assert.ok(outcome.ok);
    return closedToPlainMail(outcome.value).length === 1;
  };
  assert.ok(told('encrypt', {}));
  assert.ok(told('encrypt', { address: '::' }));
  assert.ok(told('may', { level: 'encrypt', address: '192.0.2.1' }));
  assert.ok(!told('may', {}));
  assert.ok(!told('encrypt', { level: 'may' }));
  assert.ok(!told('encrypt', { port: 10_025 }), 'a filter that speaks TLS');
  assert.ok(!told('encrypt', { address: '127.0.0.1' }));
  assert.ok(!told('encrypt', { address: '::1' }));
  assert.ok(!told('encrypt', { service: 'submission' }));
});

test('dane-only where nothing could ever be proven is refused', () => {
  const listen = '[[listen]]\nservice = "smtp"\naddress = "127.0.0.1"\nport = 0\n';
  const complaint = (...settings: readonly string[]) => {
    const outcome = parseConfig([...settings, listen].join('\n'), 'valija.toml');
    return outcome.ok ? undefined : outcome.error.map(formatComplaint).join('\n');
  };
  const level = 'smtp_tls_security_level = "dane-only"';
  assert.match(
    complaint(level, 'smtp_dns_support_level = "enabled"') ?? '',
    /^valija\.toml:1: .*no mail would ever leave/,
  );
  assert.match(complaint(level, 'ignore_mx_lookup_error = true') ?? '', /proves nothing/);
  assert.equal(complaint(level), undefined);
  assert.equal(complaint('smtp_dns_support_level = "enabled"'), undefined);
});
