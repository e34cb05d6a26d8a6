import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './load-config.ts';
import { stringifyConfig } from './stringify-config.ts';

test('what is shown is a configuration of the same settings, times and all', () => {
  const text = 'smtpd_timeout = "90s"\ngreylist_delay = "7m"\n[[listen]]\nservice = "smtp"\nport = 2025\n';
  const source =
    '[[directory]]\ntype = "sql"\ndriver = "sqlite"\ndbname = "/a"\nuser_query = "SELECT 1"\ncache_ttl = "2m"\n';
  const config = parseConfig(text + source, '/etc/valija/valija.toml');
  assert.ok(config.ok);
  const shown = stringifyConfig(config.value);
  assert.match(shown, /^greylist_delay = "7m"$/m);
  assert.match(shown, /^maximal_queue_lifetime = "5d"$/m);
  assert.match(shown, /^cache_ttl = "2m"$/m);
  const again = parseConfig(shown, '/etc/valija/valija.toml');
  assert.deepEqual(again, config);
});
