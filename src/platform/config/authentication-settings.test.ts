import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './load-config.ts';
import { formatComplaint } from './toml-text.ts';

const LISTEN = '[[listen]]\nservice = "smtp"\nport = 2025\n';

const parse = (settings: string) => parseConfig(`${settings}\n${LISTEN}`, 'valija.toml');

test('by default strangers are checked, policies are applied, and a silent DNS lets mail in as unproven', () => {
  const outcome = parse('');
  assert.ok(outcome.ok);
  const { value } = outcome;
  assert.deepEqual(
    [value.sender_authentication, value.dmarc_policy_enforcement, value.authentication_temporary_error],
    [true, true, 'accept'],
  );
  assert.deepEqual([value.spf_fail_action, value.trusted_arc_sealers, value.authserv_id], ['accept', [], undefined]);
});

test('sealers are compared in lower case; what is no domain is refused by name', () => {
  const outcome = parse('trusted_arc_sealers = ["Lists.Example.NET"]');
  assert.deepEqual(outcome.ok && outcome.value.trusted_arc_sealers, ['lists.example.net']);
  for (const bad of ['authserv_id = "a b"', 'trusted_arc_sealers = ["*.example.net"]']) {
    const refused = parse(bad);
    assert.match(
      refused.ok ? '' : refused.error.map(formatComplaint).join(),
      /^valija\.toml.*(authserv_id|trusted_arc_sealers).*is no domain name/,
    );
  }
});
