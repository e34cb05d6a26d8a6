// One order with one authority: account, proofs, certificate. RFC 8555 §7.4. What comes back is believed only when it is for
// our key and for the names that were asked for.

import { setTimeout as delay } from 'node:timers/promises';
import { type Authorization, type Client, crypto, type Order } from 'acme-client';
import { WorldError } from '#base/world-error.ts';
import type { ChallengeType } from '#mail/certificates/challenge-type.ts';
import { findIssueMistake } from '#mail/certificates/issued-certificate.ts';
import type { RenewalAdvice } from '#mail/certificates/renewal-advice.ts';
import type { Clock } from '#mail/ports/clock.ts';
import { type CheckedPair, checkPair } from '../tls/checked-pair.ts';
import { AcmeProblem, describeProblem } from './acme-problem.ts';
import { type Authority, withAuthority } from './authority-client.ts';
import type { Prover } from './prover.ts';

export interface OrderWorld {
  readonly clock: Clock;
  readonly prover: Prover;
  /** PEM. */
  readonly accountKey: string;
  /** PEM: of the certificate before, so that TLSA records of it stay right. RFC 7671 §5.1. */
  readonly secretKey: string | undefined;
  /** The certificate before, where its authority has given it an id: so that it counts the new one as its renewal. */
  readonly replaced: ReplacedCertificate | undefined;
  readonly contact: string | undefined;
  readonly requestTimeoutMs: number;
  readonly orderTimeoutMs: number;
  /** The server stops. */
  readonly stopped: AbortSignal;
  /** What is worth a line in the log. */
  report(text: string): void;
}

export type ReplacedCertificate = Pick<RenewalAdvice, 'authority' | 'renewalId'>;

/** Each name, and how it is to be proven. */
export type OrderedNames = ReadonlyMap<string, ChallengeType>;

export type OrderOutcome =
  | { readonly kind: 'issued'; readonly pair: CheckedPair }
  /** Some were not proven, or are refused; without them it may work. */
  | { readonly kind: 'unproven'; readonly reasons: ReadonlyMap<string, string> }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number };

const REPLACEMENT_REFUSALS = new Set(['alreadyReplaced', 'malformed', 'unauthorized']);

/** Of a key that others have, or that is too short by now. RFC 8555 §7.4, §11.1. */
const KEY_REFUSALS = new Set(['badCSR', 'badPublicKey']);

const FIRST_LOOK_MS = 250;
const LATER_LOOKS_MS = 3_000;

export async function orderCertificate(
  authority: Authority,
  names: OrderedNames,
  world: OrderWorld,
): Promise<OrderOutcome> {
  const { accountKey, requestTimeoutMs, orderTimeoutMs, stopped, clock } = world;
  const outOfTime = AbortSignal.timeout(orderTimeoutMs);
  const signal = AbortSignal.any([outOfTime, stopped]);
  const replaces = world.replaced?.authority === authority.directory ? world.replaced.renewalId : undefined;
  try {
    return await withAuthority(authority, { accountKey, requestTimeoutMs, signal, clock }, (client) =>
      performOrder(client, names, { ...world, replaces }, signal),
    );
  } catch (error) {
    if (outOfTime.aborted) {
      return failed(`it did not finish within ${Math.round(orderTimeoutMs / 1_000)} seconds (acme_order_timeout)`);
    }
    if (!(error instanceof AcmeProblem)) return failed(describeError(error));
    const reasons = new Map([...error.names].filter(([name]) => names.has(name)));
    if (reasons.size > 0) return { kind: 'unproven', reasons };
    return { kind: 'failed', reason: error.message, retryAfterMs: error.retryAfterMs };
  }
}

async function performOrder(
  client: Client,
  names: OrderedNames,
  { contact, prover, clock, secretKey, replaces, report }: OrderWorld & { readonly replaces: string | undefined },
  signal: AbortSignal,
): Promise<OrderOutcome> {
  await enterAccount(client, contact);
  const wanted = [...names.keys()];
  const order = await placeOrder(client, wanted, replaces);
  const authorizations = await client.getAuthorizations(order);
  const proofs = await Promise.allSettled(
    authorizations.map(async (authorization) => {
      const name = authorization.identifier.value.toLowerCase();
      const reason = await prove(client, order, authorization, { type: names.get(name), prover, signal });
      return reason === undefined ? [] : [[name, reason] as const];
    }),
  );
  const broken = proofs.find((proof) => proof.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
  const reasons = new Map(proofs.flatMap((proof) => (proof.status === 'fulfilled' ? proof.value : [])));
  if (reasons.size > 0) return { kind: 'unproven', reasons };
  const { finalized, key } = await finalize(client, order, wanted, { secretKey, report });
  const issued = await awaitCertificate(client, finalized, signal);
  return judge(issued, key, wanted, clock.nowMs());
}

/** RFC 9773 §5: an authority may have replaced that certificate already, or know it no more; then it is an order like any. */
async function placeOrder(client: Client, names: readonly string[], replaces: string | undefined): Promise<Order> {
  const request = { identifiers: names.map((value) => ({ type: 'dns', value })) };
  if (replaces === undefined) return await client.createOrder(request);
  try {
    return await client.createOrder(Object.assign({ replaces }, request));
  } catch (error) {
    if (!(error instanceof AcmeProblem) || !REPLACEMENT_REFUSALS.has(error.kind)) throw error;
    return await client.createOrder(request);
  }
}

/** Ours, made when there is none. RFC 8555 §7.3; what an account that exists has is changed only where there is a change. */
async function enterAccount(client: Client, contact: string | undefined): Promise<void> {
  const terms = { termsOfServiceAgreed: true };
  if (contact !== undefined) return void (await client.createAccount({ ...terms, contact: [`mailto:${contact}`] }));
  try {
    await client.createAccount({ onlyReturnExisting: true });
  } catch (error) {
    if (!(error instanceof AcmeProblem) || error.kind !== 'accountDoesNotExist') throw error;
    await client.createAccount(terms);
  }
}

interface ProofSettings {
  readonly type: ChallengeType | undefined;
  readonly prover: Prover;
  readonly signal: AbortSignal;
}

/** What kept a name from being proven. An answer that could not be put where it belongs is such a thing, too. */
async function prove(
  client: Client,
  order: Order,
  authorization: Authorization,
  settings: ProofSettings,
): Promise<string | undefined> {
  try {
    return await attemptProof(client, order, authorization, settings);
  } catch (error) {
    if (error instanceof WorldError) return error.message;
    throw error;
  }
}

async function attemptProof(
  client: Client,
  order: Order,
  authorization: Authorization,
  { type, prover, signal }: ProofSettings,
): Promise<string | undefined> {
  // Proven not long ago, and still believed.
  if (authorization.status === 'valid') return undefined;
  const challenge = authorization.challenges.find((one) => one.type === type);
  if (type === undefined || challenge === undefined) {
    return `it cannot be proven by ${type}: the authority offers ${authorization.challenges.map((one) => one.type).join(', ')}`;
  }
  const keyAuthorization = await client.getChallengeKeyAuthorization(challenge);
  const { token } = challenge;
  await using _answer = await prover.answer({ type, authorization, token, keyAuthorization, signal });
  await client.completeChallenge(challenge);
  for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.5, LATER_LOOKS_MS)) {
    await delay(pauseMs, undefined, { signal });
    const [seen] = await client.getAuthorizations({ ...order, authorizations: [authorization.url] });
    if (seen?.status === 'valid') return undefined;
    if (seen?.status === 'pending') continue;
    const refused = seen?.challenges.find((one) => 'error' in one);
    return `${type}: ${refused !== undefined && 'error' in refused ? describeProblem(refused.error) : `it is ${seen?.status}`}`;
  }
}

/** With the key of before, and with a new one where the authority takes that no longer: else no renewal would ever succeed. */
async function finalize(
  client: Client,
  order: Order,
  names: string[],
  { secretKey, report }: Pick<OrderWorld, 'secretKey' | 'report'>,
): Promise<{ readonly finalized: Order; readonly key: string }> {
  const key = secretKey ?? (await crypto.createPrivateEcdsaKey('P-256')).toString();
  const [, request] = await crypto.createCsr({ altNames: names }, key);
  try {
    return { finalized: await client.finalizeOrder(order, request), key };
  } catch (error) {
    const isOfKey = error instanceof AcmeProblem && KEY_REFUSALS.has(error.kind);
    if (!isOfKey || secretKey === undefined) throw error;
    report(`${names.join(', ')}: ${error.message}; a new key is made: TLSA records of the one before are wrong then`);
    return await finalize(client, order, names, { secretKey: undefined, report });
  }
}

/** PEM. */
async function awaitCertificate(client: Client, finalized: Order, signal: AbortSignal): Promise<string> {
  let order = finalized;
  for (let pauseMs = FIRST_LOOK_MS; order.status !== 'valid'; pauseMs = Math.min(pauseMs * 1.5, LATER_LOOKS_MS)) {
    if (order.status === 'invalid') throw new Error(`the order became invalid: ${describeProblem(problemOf(order))}`);
    await delay(pauseMs, undefined, { signal });
    order = await client.getOrder(order);
  }
  return await client.getCertificate(order);
}

function problemOf(order: Order): unknown {
  return 'error' in order ? order.error : undefined;
}

function judge(certificate: string, secretKey: string, wanted: readonly string[], nowMs: number): OrderOutcome {
  const checked = checkPair(certificate, secretKey);
  const mistake = checked.ok ? findIssueMistake(checked.value.facts, wanted, nowMs) : checked.error;
  if (!checked.ok || mistake !== undefined) return failed(`what it issued is not what was asked for: ${mistake}`);
  return { kind: 'issued', pair: checked.value };
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { readonly code?: unknown };
  if (code === 'ECONNABORTED') return 'it did not answer in time (acme_request_timeout)';
  return error.message === '' ? String(code ?? error.name) : error.message;
}

function failed(reason: string): OrderOutcome {
  return { kind: 'failed', reason, retryAfterMs: 0 };
}
