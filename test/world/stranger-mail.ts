// Mail as strangers bring it, signed by mailauth with keys of example.org, and what is found out of it.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth';
import type { AuthenticationFindings } from '#mail/ports/sender-authentication.ts';
import { judgeMessage } from '#platform/sender-auth/judge-message.ts';
import { type GivenRecords, givenAnswers } from './given-answers.ts';

const RSA = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ED25519 = generateKeyPairSync('ed25519');
export const RSA_RECORD = `v=DKIM1; p=${RSA.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const ED25519_RECORD = `v=DKIM1; k=ed25519; p=${ED25519.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`;
export const RSA_PEM = RSA.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const ED25519_PEM = ED25519.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

export const MESSAGE = [
  'From: Ana <ana@example.org>',
  'To: usuario1@valija.test',
  'Subject: Hola',
  'Date: Sat, 21 Nov 2026 10:00:00 +0000',
  'Message-ID: <1@example.org>',
  '',
  'Hola.',
  '',
].join('\r\n');

export const KEYS: GivenRecords = {
  's1._domainkey.example.org TXT': [RSA_RECORD],
  's2._domainkey.example.org TXT': [ED25519_RECORD],
  's1._domainkey.lists.example.net TXT': [RSA_RECORD],
};

export const REJECT: GivenRecords = { '_dmarc.example.org TXT': ['v=DMARC1; p=reject'] };

interface Signing {
  readonly domain?: string;
  readonly selector?: string;
  readonly bodyLength?: number;
}

export async function signed(
  message: string,
  { domain = 'example.org', selector = 's1', bodyLength }: Signing = {},
): Promise<string> {
  const isEdwards = selector === 's2';
  const signing = {
    signingDomain: domain,
    selector,
    privateKey: isEdwards ? ED25519_PEM : RSA_PEM,
    algorithm: isEdwards ? 'ed25519-sha256' : 'rsa-sha256',
    ...(bodyLength === undefined ? {} : { maxBodyLength: bodyLength }),
  };
  const signTime = new Date(Date.now() - 60_000);
  const { signatures, errors } = await dkimSign(message, { ...signing, signTime, signatureData: [signing] });
  assert.deepEqual(errors, []);
  return signatures + message;
}

export async function judge(
  message: string,
  records: GivenRecords = { ...KEYS, ...REJECT },
  reversePath = 'ana@example.org',
): Promise<AuthenticationFindings> {
  const question = { clientAddress: '192.0.2.1', helo: 'mx.example.org', reversePath, receiver: 'mail.valija.test' };
  const octets = (async function* () {
    // In pieces, wherever they end.
    for (let at = 0; at < message.length; at += 997) yield Buffer.from(message.slice(at, at + 997), 'latin1');
  })();
  return await judgeMessage(question, octets, givenAnswers(records));
}
