import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Authorization } from 'acme-client';
import { WorldError } from '#base/world-error.ts';
import { ChallengeAnswers } from './challenge-answers.ts';
import { createProver, type TextRecords } from './prover.ts';

const NAME = 'mail.valija.test';
const PROOF = {
  type: 'dns-01',
  authorization: { identifier: { type: 'dns', value: NAME } } as Authorization,
  token: 't',
  keyAuthorization: 'k',
  signal: AbortSignal.timeout(60_000),
} as const;

test('[C51] a record that cannot be taken out of a zone again is told of, and undoes no proof', async () => {
  const reports: string[] = [];
  const textRecords: TextRecords = {
    add: async (name) => ({
      name,
      remove: () =>
        Promise.reject(new WorldError('zone valija.test', { transient: true, cause: new Error('REFUSED') })),
    }),
  };
  const proving = { answers: new ChallengeAnswers(), textRecords, dnsWaitMs: 0 };
  const prover = createProver(proving, (text) => void reports.push(text));
  const answer = await prover.answer(PROOF);
  await answer[Symbol.asyncDispose]();
  assert.deepEqual(reports, [
    'TXT record _acme-challenge.mail.valija.test stays in its zone: zone valija.test: REFUSED',
  ]);
});
