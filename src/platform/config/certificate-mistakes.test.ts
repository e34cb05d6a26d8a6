import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './load-config.ts';
import { formatComplaint } from './toml-text.ts';

const SMTP = '[[listen]]\nservice = "smtp"\n port = 25\n';
const HTTP = '[[listen]]\nservice = "http"\nport = 80\n';
const ACME = '[[acme]]\ndirectory = "https://acme.example.org/directory"\n';

function complaintsOf(text: string): string[] {
  const outcome = parseConfig(text, 'valija.toml');
  return outcome.ok ? [] : outcome.error.map(formatComplaint);
}

test('[C51] an authority that could prove nothing is a mistake; one way that works is enough', () => {
  assert.match(
    complaintsOf(`${ACME}${SMTP}`)[0] ?? '',
    /^valija\.toml:2: acme\[1\]\.directory: .* http-01 needs a listener http/,
  );
  assert.deepEqual(complaintsOf(`${ACME}${SMTP}${HTTP}`), []);
  assert.equal(complaintsOf(`acme_challenges = ["tls-alpn-01"]\n${ACME}${SMTP}${HTTP}`).length, 1);
  const dns = 'acme_challenges = ["dns-01"]\ndns_update_server = "192.0.2.53"\ndns_update_key_file = "key"\n';
  assert.deepEqual(complaintsOf(`${dns}${ACME}${SMTP}`), []);
});

test('[C51] half of an account, an address without TLS, and misspelt keys are told with their lines', () => {
  assert.match(complaintsOf(`${ACME}eab_kid = "x"\n${SMTP}${HTTP}`)[0] ?? '', /:3: acme\[1\]\.eab_kid: .*go together/);
  assert.match(
    complaintsOf(`[[acme]]\ndirectory = "http://acme.example.org/"\n${SMTP}${HTTP}`)[0] ?? '',
    /:2: acme\[1\]\.directory/,
  );
  assert.match(
    complaintsOf(`[[certificate]]\ncert_fle = "x"\n${SMTP}`).join('\n'),
    /cert_fle: .* did you mean cert_file\?/,
  );
});
