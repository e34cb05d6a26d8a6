import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInNetwork, parseIpAddress } from '#base/ip-network.ts';
import { DANGERS } from './danger.ts';
import { describeDanger } from './danger-text.ts';
import { findDangers } from './find-dangers.ts';
import type { InterlockSettings } from './interlock-facts.ts';
import { trustWithoutGateways } from './translating-gateway.ts';

const SOUND: InterlockSettings = {
  accept_danger: [],
  mynetworks: ['127.0.0.0/8', '::ffff:127.0.0.0/104', '::1/128'],
  mydestination: ['valija.test'],
  mailbox_transport: '',
  mailbox_transport_maps: [],
  fallback_transport: '',
  fallback_transport_maps: [],
  luser_relay: '',
  relay_domains: [],
  relay_recipient_maps: [],
  relay_recipient_verification: true,
  smtpd_reject_unlisted_recipient: true,
  listen: [{ service: 'smtp' }, { service: 'submission' }],
};

const GATEWAYS = ['192.168.1.1', 'fd00::1'];

function refusedOf(settings: Partial<InterlockSettings>): string[] {
  const { refused } = findDangers({ settings: { ...SOUND, ...settings }, doors: [], gateways: GATEWAYS });
  return refused.map(({ danger, phrase, element }) => `${danger}: ${phrase}: ${element}`);
}

test('the defaults are no danger', () => {
  assert.deepEqual(refusedOf({}), []);
});

test('[C53] mynetworks with the world, or more of it than anybody knows, is an open relay', () => {
  for (const element of ['0.0.0.0/0', '::/0', '0.0.0.0/1', '200.0.0.0/8', '80.32.0.0/11', '2000::/3', '2a00::/12']) {
    assert.deepEqual(refusedOf({ mynetworks: ['127.0.0.0/8', element] }), [`open_relay: trusts-the-world: ${element}`]);
  }
  const halves = Array.from({ length: 17 }, (_, i) => `${i + 20}.0.0.0/16`);
  assert.equal(refusedOf({ mynetworks: halves }).length, 17, 'many that are too many together');
});

test('[C53] networks of one’s own are none, however large the private ones are', () => {
  const own = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', '198.51.100.0/24', '150.214.0.0/16'];
  assert.deepEqual(refusedOf({ mynetworks: [...own, '2001:db8::/32', '100.64.0.0/10'] }), []);
});

test('[C53] a proxy that may be anybody may say that its clients are anybody', () => {
  const listen = [
    { service: 'imap', haproxy_trusted_networks: ['0.0.0.0/0'] },
    { service: 'smtp', haproxy_trusted_networks: ['10.0.0.0/8', '0.0.0.0/0'] },
  ];
  const { refused } = findDangers({ settings: { ...SOUND, listen }, doors: [], gateways: [] });
  assert.deepEqual(
    refused.map(({ path, element }) => [path, element]),
    [[['listen', 1, 'haproxy_trusted_networks'], '0.0.0.0/0']],
  );
});

test('[C53] relay_domains under which others register are everybody’s', () => {
  for (const element of ['com', 'ES', 'co.uk', 'com.mx', 'gob.es']) {
    assert.deepEqual(refusedOf({ relay_domains: [element] }), [`open_relay: relays-for-all-below: ${element}`]);
  }
  assert.deepEqual(refusedOf({ relay_domains: ['static:x'] }), ['open_relay: relays-for-whatever: static:x']);
  const sound = ['example.org', 'lan', 'alumno.test', 'uk.com', 'mail.es', 'hash:/etc/valija/relay_domains'];
  assert.deepEqual(refusedOf({ relay_domains: sound }), []);
});

test('backscatter: a relay domain whose recipients nobody knows', () => {
  const settings = { relay_domains: ['example.org'], relay_recipient_verification: false };
  assert.deepEqual(refusedOf(settings), ['backscatter: takes-unknown-recipients: false']);
  assert.deepEqual(refusedOf({ ...settings, relay_recipient_maps: ['hash:/relay_recipients'] }), []);
  assert.deepEqual(refusedOf({ relay_recipient_verification: false }), []);
});

test('backscatter: every name of the machine is let in, and nobody takes those that nobody has', () => {
  assert.deepEqual(refusedOf({ local_recipient_maps: [] }), ['backscatter: takes-unknown-names: ']);
  assert.deepEqual(refusedOf({ local_recipient_maps: ['hash:/names'] }), []);
  assert.deepEqual(refusedOf({ local_recipient_maps: [], mydestination: [] }), []);
  for (const taker of ['luser_relay', 'mailbox_transport', 'fallback_transport']) {
    assert.deepEqual(refusedOf({ local_recipient_maps: [], [taker]: 'lmtp:unix:/run/lmtp' }), [], taker);
  }
});

test('[C30] an entry for the gateway alone is refused', () => {
  for (const element of ['192.168.1.1', '192.168.1.1/32', '[fd00::1]/128']) {
    assert.deepEqual(refusedOf({ mynetworks: [element] }), [`translating_gateway: trusts-the-gateway: ${element}`]);
  }
  assert.deepEqual(refusedOf({ mynetworks: ['192.168.1.0/24', '192.168.1.2'] }), []);
});

test('[C30] a gateway within a trusted network is the one address there that is not trusted', () => {
  const written = ['127.0.0.0/8', '192.168.1.0/24', 'fd00::/64'];
  const gateways = [...GATEWAYS, '203.0.113.1'];
  const { networks, untrusted } = trustWithoutGateways(written, { settings: SOUND, gateways });
  assert.deepEqual(untrusted, GATEWAYS);
  const isTrusted = (text: string) => networks.some((network) => isInNetwork(parseIpAddress(text)!, network));
  const all = Array.from({ length: 256 }, (_, i) => `192.168.1.${i}`);
  assert.deepEqual(
    all.filter((address) => !isTrusted(address)),
    ['192.168.1.1'],
  );
  assert.deepEqual(['fd00::', 'fd00::1', 'fd00::2', 'fd00::ffff', '127.0.0.1'].map(isTrusted), [
    true,
    false,
    true,
    true,
    true,
  ]);
  const settings = { accept_danger: ['translating_gateway'] as const };
  const accepted = trustWithoutGateways(written, { settings, gateways });
  assert.deepEqual(accepted.untrusted, []);
});

test('[C53] accept_danger names one danger, and no other is loaded by it', () => {
  const settings = { ...SOUND, accept_danger: ['open_relay'] as const, mynetworks: ['0.0.0.0/0', '192.168.1.1'] };
  const { refused, accepted } = findDangers({ settings, doors: [], gateways: GATEWAYS });
  assert.deepEqual(
    [refused.map(({ danger }) => danger), accepted.map(({ danger }) => danger)],
    [['translating_gateway'], ['open_relay']],
  );
});

test('[C53] both languages say why, propose port 587 with logins, and name the danger to accept', () => {
  const [finding] = findDangers({ settings: { ...SOUND, mynetworks: ['0.0.0.0/0'] }, doors: [], gateways: [] }).refused;
  for (const language of ['en', 'es'] as const) {
    const text = describeDanger(finding!, language);
    assert.match(text, /0\.0\.0\.0\/0 .*587.*submission.*accept_danger = \["open_relay"\]/);
    assert.doesNotMatch(text, /[{}]/);
  }
  assert.ok(DANGERS.includes('open_relay'));
});
