// How a name is proven: each way puts an answer where the authority will look, and takes it away when the order is over.

import { setTimeout as delay } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import { type Authorization, crypto } from 'acme-client';
import { messageOf } from '#base/thrown.ts';
import { unreachable } from '#base/unreachable.ts';
import { WorldError } from '#base/world-error.ts';
import type { ChallengeType } from '#mail/certificates/challenge-type.ts';
import type { ChallengeAnswers } from './challenge-answers.ts';

export interface Proof {
  readonly type: ChallengeType;
  readonly authorization: Authorization;
  readonly token: string;
  /** For the DNS: its digest already. */
  readonly keyAuthorization: string;
  readonly signal: AbortSignal;
}

export interface Prover {
  /** Throws WorldError where the answer cannot be put there. */
  answer(proof: Proof): Promise<AsyncDisposable>;
}

/** Puts TXT records into zones, and takes them out again. Throws WorldError. */
export interface TextRecords {
  add(name: string, text: string): Promise<PlacedText>;
}

export interface PlacedText {
  /** Where it stands: the challenge's own name, or the one that its alias leads to. */
  readonly name: string;
  remove(): Promise<void>;
}

export interface ProverWorld {
  readonly answers: ChallengeAnswers;
  /** None: no zone of ours can be changed. */
  readonly textRecords: TextRecords | undefined;
  /** How long secondary servers take. */
  readonly dnsWaitMs: number;
}

/** `report`: what is worth a line in the log. */
export function createProver({ answers, textRecords, dnsWaitMs }: ProverWorld, report: (text: string) => void): Prover {
  return {
    async answer({ type, authorization, token, keyAuthorization, signal }) {
      const name = authorization.identifier.value;
      switch (type) {
        case 'http-01':
          return answers.answerHttp(token, keyAuthorization);
        case 'tls-alpn-01':
          return answers.answerTls(name, await challengeContext(authorization, keyAuthorization));
        case 'dns-01': {
          await using answer = new AsyncDisposableStack();
          answer.use(await answerInDns(textRecords, `_acme-challenge.${name}`, keyAuthorization, report));
          await delay(dnsWaitMs, undefined, { signal });
          return answer.move();
        }
        default:
          return unreachable(type);
      }
    },
  };
}

/** RFC 8737 §3: a certificate that bears the answer, for this one question. */
async function challengeContext(authorization: Authorization, keyAuthorization: string) {
  const key = await crypto.createPrivateEcdsaKey('P-256');
  const [, certificate] = await crypto.createAlpnCertificate(authorization, keyAuthorization, key);
  return createSecureContext({ key, cert: certificate, minVersion: 'TLSv1.2' });
}

async function answerInDns(
  records: TextRecords | undefined,
  name: string,
  text: string,
  report: (text: string) => void,
): Promise<AsyncDisposable> {
  if (records === undefined) {
    const cause = new Error('no zone of ours takes dynamic updates');
    throw new WorldError(`TXT record ${name}`, { transient: false, cause });
  }
  const placed = await records.add(name, text);
  return {
    async [Symbol.asyncDispose]() {
      // The proof is over, for good or bad: one record too many changes nothing of it.
      await placed.remove().catch((error: unknown) => {
        report(`TXT record ${placed.name} stays in its zone: ${messageOf(error)}`);
      });
    },
  };
}
