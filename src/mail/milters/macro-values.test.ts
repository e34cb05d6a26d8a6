import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Destination } from '#mail/routing/route.ts';
import { sessionAt } from '../../../test/world/acceptance-house.ts';
import { addrSpec } from '../../../test/world/directory.ts';
import { doorMilters } from '../../../test/world/milters.ts';
import { clientMacros, recipientMacros, senderMacros } from './macro-values.ts';

const { macros: SETTINGS } = doorMilters([]);
const ADDRESS = addrSpec('ana@example.org');

test('a name that is only claimed is told as such [C24]', () => {
  const session = sessionAt('smtp');
  const named = (names: { readonly clientName?: string; readonly reverseClientName?: string }) => {
    const macros = clientMacros({ ...session, connection: { ...session.connection, ...names } }, SETTINGS);
    return ['client_name', 'client_ptr', '_'].map((name) => macros.get(name));
  };
  assert.deepEqual(named({}), ['unknown', 'unknown', 'unknown [192.0.2.1]']);
  assert.deepEqual(named({ reverseClientName: 'x.example' }), ['unknown', 'x.example', 'unknown [192.0.2.1]']);
  const both = { clientName: 'x.example', reverseClientName: 'x.example' };
  assert.deepEqual(named(both), ['x.example', 'x.example', 'x.example [192.0.2.1]']);
});

test('where mail goes is told by Postfix’s transports and next hops [C24]', () => {
  const leading = (nextHop: Extract<Destination, { kind: 'next-hop' }>['nextHop']): Destination => ({
    ...{ kind: 'next-hop', address: ADDRESS, nextHop, sender: undefined },
  });
  const cases: readonly (readonly [Destination | undefined, mailer: string, host: string])[] = [
    [undefined, 'virtual', 'example.org'],
    [leading({ transport: 'smtp', destination: '[192.0.2.9]:587' }), 'smtp', '[192.0.2.9]:587'],
    [leading({ transport: 'lmtp', destination: 'unix:/run/lmtp' }), 'lmtp', 'unix:/run/lmtp'],
    [leading({ transport: 'local', user: 'ana', extension: undefined }), 'local', 'example.org'],
    [leading({ transport: 'pipe', command: 'x', user: 'ana' }), 'local', 'example.org'],
    [leading({ transport: 'discard' }), 'discard', 'example.org'],
    [leading({ transport: 'error', status: '5.1.1', text: 'no' }), 'error', 'example.org'],
  ];
  for (const [destination, mailer, host] of cases) {
    const sender = senderMacros(new Map(), ADDRESS, destination);
    assert.deepEqual([sender.get('mail_mailer'), sender.get('mail_host')], [mailer, host]);
    const recipient = recipientMacros(new Map(), ADDRESS, destination);
    const told = ['rcpt_addr', 'rcpt_mailer', 'rcpt_host'].map((name) => recipient.get(name));
    assert.deepEqual(told, ['ana@example.org', mailer, host]);
  }
});
