import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { WorldError } from '#base/world-error.ts';
import type { SocketConnection } from '#platform/sockets/socket-connection.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { ChallengeAnswers } from './challenge-answers.ts';
import { answerTlsChallenge } from './tls-challenge.ts';

test('[T5] whoever says his hello an octet at a time has the time of one hello for all of it', async () => {
  const clock = fixedClock(0);
  const answers = new ChallengeAnswers();
  answers.answerTls('mail.valija.test', createSecureContext());
  const waits: number[] = [];
  const connection = {
    facts: {},
    beginAnew: () => undefined,
    async read(timeoutMs: number) {
      assert.ok(waits.length < 10, 'it is heard for ever');
      waits.push(timeoutMs);
      clock.advance(4_000);
      return Buffer.from([waits.length === 1 ? 22 : 3]);
    },
  } as unknown as SocketConnection;
  await assert.rejects(answerTlsChallenge(connection, answers, clock), WorldError);
  assert.deepEqual(waits, [10_000, 6_000, 2_000]);
});
