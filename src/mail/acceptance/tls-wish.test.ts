// What senders say of TLS reaches the queue: by REQUIRETLS, or by a header field.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptanceHouse, send, sessionAt } from '../../../test/world/acceptance-house.ts';

const TO = 'ana@example.org';
const FROM = 'usuario1@valija.test';

async function wishOf(header: string, requireTls?: boolean): Promise<string | undefined> {
  const house = acceptanceHouse();
  const text = `From: ${FROM}\r\n${header}\r\nHola.\r\n`;
  const session = sessionAt('submission', FROM);
  await send(house, {
    session,
    from: FROM,
    to: [TO],
    text,
    parameters: requireTls === undefined ? {} : { requireTls },
  });
  assert.equal(house.queued.length, 1);
  return house.queued[0]?.tlsWish;
}

test('REQUIRETLS is kept with the message, whatever its header says', async () => {
  assert.equal(await wishOf('', true), 'required');
  assert.equal(await wishOf('TLS-Required: No\r\n', true), 'required');
  assert.equal(await wishOf(''), undefined);
});

test('«TLS-Required: No» is understood where it stands once and says just that', async () => {
  for (const [header, wish] of [
    ['TLS-Required: No\r\n', 'waived'],
    ['tls-required:no\r\n', 'waived'],
    ['TLS-Required:\r\n\tNO\r\n', 'waived'],
    ['TLS-Required: Yes\r\n', undefined],
    ['TLS-Required: No, really\r\n', undefined],
    ['TLS-Required: No\r\nTLS-Required: No\r\n', undefined],
  ] as const) {
    assert.equal(await wishOf(header), wish, header);
  }
});
