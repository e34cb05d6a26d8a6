import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loginContext as context, EXPORTED, scram, WRONG, loginWorld as world } from '../../../test/world/logins.ts';
import type { LoginStep } from './exchange.ts';

const PLUS = { mechanism: 'SCRAM-SHA-256-PLUS', gs2: 'p=tls-exporter,,' };

test('[C56] SCRAM-SHA-256-PLUS: accepted on the connection it was made for, refused on every other', async () => {
  const { login, journeys } = world();
  const right = await scram(login, 'usuario1', 'sésamo', { ...PLUS, binding: EXPORTED });
  assert.equal(right.step.kind === 'accepted' && right.step.mechanism, 'SCRAM-SHA-256-PLUS');
  const relayed = await scram(login, 'usuario1', 'sésamo', { ...PLUS, binding: Buffer.alloc(32) });
  assert.deepEqual(relayed.step, WRONG);
  assert.equal(journeys.ofKind('authentication-failed')[0]?.reason, 'channel-binding-mismatch');
});

test('[C56] who was offered -PLUS and says «y» is in other hands, and refused', async () => {
  const { login, journeys } = world();
  const begun = login.begin('SCRAM-SHA-256', context({ bound: true }));
  assert.deepEqual(await begun.next(Buffer.from('y,,n=usuario1,r=x')), WRONG);
  assert.equal(journeys.ofKind('authentication-failed')[0]?.reason, 'channel-binding-downgraded');
  const notOffered = login.begin('SCRAM-SHA-256', context());
  assert.equal((await notOffered.next(Buffer.from('y,,n=usuario1,r=x'))).kind, 'challenge');
  const unknown: LoginStep = { kind: 'rejected', reason: 'mechanism-unknown' };
  assert.deepEqual(await login.begin('SCRAM-SHA-256-PLUS', context()).next(Buffer.from('x')), unknown);
});
