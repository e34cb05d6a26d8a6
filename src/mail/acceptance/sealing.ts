// A seal on strangers' mail that leaves here again, for a relay domain or by an alias: what we have found out of it, signed, so
// that whoever trusts us need not find SPF failing. Where a chain is broken already, nothing is added. RFC 8617 §5.1.

import { WorldError } from '#base/world-error.ts';
import type { AuthenticationFacts } from '#mail/policy/authentication.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Signer, SigningKey } from '#mail/ports/signer.ts';
import { type ArcSetFields, MOST_ARC_SETS, readArcChain } from '#protocols/dkim/arc-chain.ts';
import { type ArcSetTags, formatUnsignedArcSeal, formatUnsignedArcSignature } from '#protocols/dkim/arc-set.ts';
import { canonicalField } from '#protocols/dkim/canonical-field.ts';
import { completeField } from '#protocols/dkim/signature-field.ts';
import { namesToSign } from '#protocols/dkim/signed-fields.ts';
import { canonicalFields, signingInput } from '#protocols/dkim/signing-input.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { formatSealedResults, traceNames } from './authentication-trace.ts';
import type { Envelope } from './envelope.ts';
import { findBodyStart, type MessageHeader, readMessageHeader } from './message-header.ts';
import type { RoutedRecipient } from './plan.ts';

export interface SealedMessage {
  readonly queueId: string;
  readonly envelope: Envelope;
  /** As it leaves. */
  readonly content: MessageContent;
  readonly headerSizeLimit: number;
  readonly recipients: readonly RoutedRecipient[];
  /** What was found out of a stranger. */
  readonly origin: AuthenticationFacts;
}

/** One set, to stand on top of the message; `` where none is to be there. */
export async function sealMessage(world: AcceptanceWorld, message: SealedMessage): Promise<string> {
  const { signing, log } = world;
  const domain = signing?.settings.arc_seal_domain;
  if (signing === undefined || domain === undefined || !message.recipients.some(leavesAgain)) return '';
  const header = await readMessageHeader(message.content, message.headerSizeLimit);
  const chain = header?.separated ? readArcChain(header) : undefined;
  if (header === undefined || chain === undefined || chain.length >= MOST_ARC_SETS) return '';
  if (!isWhole(chain, message.origin)) return '';
  try {
    const key = (await signing.signer.keysFor(domain)).find(({ algorithm }) => algorithm === 'rsa-sha256');
    if (key === undefined) throw new WorldError(`there is no RSA key of ${domain}`, { transient: true });
    return await seal(world, signing.signer, { message, header, chain, key });
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    log.write('error', 'arc', `${message.queueId}: sent without a seal: ${error.message}`);
    return '';
  }
}

function leavesAgain({ destinations }: RoutedRecipient): boolean {
  return destinations.some(
    (to) => to.kind === 'next-hop' && (to.nextHop.transport === 'smtp' || to.nextHop.transport === 'lmtp'),
  );
}

/** RFC 8617 §5.1.2: a failed chain has nothing that is worth a seal. */
function isWhole(chain: readonly ArcSetFields[], { findings }: AuthenticationFacts): boolean {
  return findings.arc.result === (chain.length === 0 ? 'none' : 'pass');
}

interface SealOrder {
  readonly message: SealedMessage;
  readonly header: MessageHeader;
  readonly chain: readonly ArcSetFields[];
  readonly key: SigningKey;
}

async function seal(
  world: AcceptanceWorld,
  signer: Signer,
  { message, header, chain, key }: SealOrder,
): Promise<string> {
  const { settings, clock, journeyLog, log } = world;
  const { queueId, envelope, content, origin } = message;
  const instance = chain.length + 1;
  const tags: ArcSetTags = { ...key, instance, sealedAtSeconds: Math.floor(clock.nowMs() / 1_000) };
  const results = formatSealedResults(instance, origin, envelope, traceNames(settings));
  const signedNames = [...namesToSign(header.fields), ...signaturesOf(header)];
  const bodyHash = await signer.hashBody(content, await findBodyStart(content, header));
  const unsigned = formatUnsignedArcSignature(tags, { signedNames, bodyHash });
  const signature = await signField(signer, key, canonicalFields(header, signedNames, 'relaxed'), unsigned);
  const covered = [...octetsOf(chain, header), ...[results, signature].map((field) => Buffer.from(field))];
  const forms = Buffer.concat(covered.map((field) => canonicalField(field, 'relaxed')));
  const sealed = await signField(signer, key, forms, formatUnsignedArcSeal(tags, chain.length === 0 ? 'none' : 'pass'));
  const what = `ARC-Seal (i=${instance}, s=${key.selector}, d=${key.domain})`;
  journeyLog.record(queueId, { kind: 'amended', change: `added ${what}` });
  log.write('info', 'arc', `${queueId}: ${what} added`);
  return sealed + signature + results;
}

/** RFC 8617 §4.1.2: signatures of DKIM are covered, too; ours is none of them. */
function signaturesOf({ fields }: MessageHeader): readonly string[] {
  return fields.filter(({ name }) => name.toLowerCase() === 'dkim-signature').map(() => 'DKIM-Signature');
}

function octetsOf(chain: readonly ArcSetFields[], { octets }: MessageHeader): readonly Buffer[] {
  return chain.flat().map(({ range }) => octets.subarray(range.start, range.end));
}

async function signField(signer: Signer, key: SigningKey, before: Buffer, unsigned: string): Promise<string> {
  const octets = signingInput(before, Buffer.from(unsigned), 'relaxed');
  const [signature] = await signer.sign([{ key, octets }]);
  if (signature === undefined) throw new Error('an order has its signature');
  return completeField(unsigned, signature);
}
