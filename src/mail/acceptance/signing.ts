// DKIM signatures for mail of our own: submitted after a login, posted on this machine, written by the server itself, or
// from a client that is trusted as a part of the house. Mail of strangers, relayed or forwarded, is never signed: it would
// make theirs ours. RFC 6376 §5, RFC 8301 §3, RFC 8463 §3.

import { type IpNetwork, isInAnyNetwork } from '#base/ip-network.ts';
import { WorldError } from '#base/world-error.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Signer, SigningKey } from '#mail/ports/signer.ts';
import { completeField, formatUnsignedField } from '#protocols/dkim/signature-field.ts';
import { namesToSign } from '#protocols/dkim/signed-fields.ts';
import { canonicalFields, signingInput } from '#protocols/dkim/signing-input.ts';
import { findAddrSpec, parseAddressList } from '#protocols/message/address-list.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import { isPosted, isSubmission, type SessionFacts } from './envelope.ts';
import { findBodyStart, type MessageHeader, readMessageHeader, textsOf } from './message-header.ts';

export interface SigningSettings {
  /** Clients on 25 whose mail is our own: OpenDKIM's InternalHosts. */
  readonly dkim_internal_hosts: readonly IpNetwork[];
  /** A domain without a key of its own is signed for by the nearest one above it that has one. */
  readonly dkim_sign_subdomains: boolean;
  /** Milliseconds; 0: signatures do not expire. */
  readonly dkim_signature_ttl: number;
  readonly dkim_on_failure: 'unsigned' | 'defer';
  /** Whose key seals what strangers send through us; without it nothing is sealed. */
  readonly arc_seal_domain?: string | undefined;
  /** No second signature of a key that a milter has signed with. */
  readonly dkim_skip_milter_signed: boolean;
}

export interface Signing {
  readonly signer: Signer;
  readonly settings: SigningSettings;
}

export interface SigningQuestion {
  readonly queueId: string;
  readonly session: SessionFacts;
  /** As it leaves. */
  readonly content: MessageContent;
  /** That of the content, where it was read already. */
  readonly header?: MessageHeader | undefined;
  readonly headerSizeLimit: number;
  readonly nowMs: number;
  /** Names of keys that milters have signed with. */
  readonly signedWith?: readonly KeyName[];
}

export type KeyName = Pick<SigningKey, 'domain' | 'selector'>;

export interface Signatures {
  /** Whole fields, to stand on top of the message. */
  readonly fields: string;
  readonly keys: readonly SigningKey[];
}

const NONE: Signatures = { fields: '', keys: [] };
/** Of the address that the message is from; the others are not asked for. */
const AUTHORS_READ = 1;

/** Throws WorldError only where the settings say that mail waits for its signature. */
export async function signMessage(
  { signer, settings }: Signing,
  log: Log,
  question: SigningQuestion,
): Promise<Signatures> {
  const { queueId, session, content, headerSizeLimit } = question;
  if (!isOwnMail(session, settings)) return NONE;
  const header = question.header ?? (await readMessageHeader(content, headerSizeLimit));
  // Where it is in doubt what is header and what is body, a signature would be judged by somebody else's reading.
  if (header === undefined || !header.separated || isPassedOn(session, header)) return NONE;
  const author = findAuthorDomain(header);
  if (author === undefined) return NONE;
  try {
    const found = await findKeys(signer, author, settings.dkim_sign_subdomains);
    const keys = settings.dkim_skip_milter_signed ? found.filter((key) => !isAmong(key, question.signedWith)) : found;
    return keys.length === 0 ? NONE : await sign(signer, keys, header, question, settings.dkim_signature_ttl);
  } catch (error) {
    if (!(error instanceof WorldError) || settings.dkim_on_failure === 'defer') throw error;
    log.write('error', 'dkim', `${queueId}: sent without a signature: ${error.message}`);
    return NONE;
  }
}

function isAmong({ domain, selector }: KeyName, names: readonly KeyName[] = []): boolean {
  return names.some((name) => name.domain === domain && name.selector === selector);
}

function isOwnMail(session: SessionFacts, { dkim_internal_hosts }: SigningSettings): boolean {
  if (isPosted(session)) return true;
  if (isSubmission(session)) return session.login !== undefined;
  return session.profile === 'smtp' && isInAnyNetwork(session.connection.clientAddress, dkim_internal_hosts);
}

/** What is posted here and was received by somebody before is forwarded: by a `~/.forward`, or a program behind it. */
function isPassedOn(session: SessionFacts, header: MessageHeader): boolean {
  return isPosted(session) && textsOf(header, 'received').length > 0;
}

/** Of the first address in From; a message with several From fields has no author. RFC 5322 §3.6.2. */
function findAuthorDomain(header: MessageHeader): string | undefined {
  const [from, ...others] = textsOf(header, 'from');
  if (from === undefined || others.length > 0) return undefined;
  const first = parseAddressList(from, AUTHORS_READ).entries.find(({ host }) => host !== undefined);
  const address = first && findAddrSpec(first);
  const domain = address && parseDomainName(address.domain);
  return domain?.ok ? domain.value : undefined;
}

/** Of `mail.valija.test`, then of `valija.test`; a top-level domain has no mail. Throws WorldError. */
export async function findKeys(
  signer: Pick<Signer, 'keysFor'>,
  author: string,
  withParents: boolean,
): Promise<readonly SigningKey[]> {
  const labels = author.split('.');
  const depth = withParents ? Math.max(1, labels.length - 1) : 1;
  for (let at = 0; at < depth; at++) {
    const keys = await signer.keysFor(labels.slice(at).join('.'));
    if (keys.length > 0) return keys;
  }
  return [];
}

async function sign(
  signer: Signer,
  keys: readonly SigningKey[],
  header: MessageHeader,
  { content, nowMs }: SigningQuestion,
  ttlMs: number,
): Promise<Signatures> {
  const bodyHash = await signer.hashBody(content, await findBodyStart(content, header));
  const signedNames = namesToSign(header.fields);
  const fields = canonicalFields(header, signedNames, 'relaxed');
  const signedAtSeconds = Math.floor(nowMs / 1000);
  const expiresAtSeconds = ttlMs === 0 ? undefined : signedAtSeconds + Math.ceil(ttlMs / 1000);
  const orders = keys.map((key) => {
    const unsignedField = formatUnsignedField({ ...key, signedAtSeconds, expiresAtSeconds, signedNames, bodyHash });
    return { key, unsignedField, octets: signingInput(fields, Buffer.from(unsignedField), 'relaxed') };
  });
  const signatures = await signer.sign(orders);
  const complete = orders.map(({ unsignedField }, i) => completeField(unsignedField, signatures[i] ?? NO_SIGNATURE));
  return { fields: complete.join(''), keys };
}

const NO_SIGNATURE = Buffer.alloc(0);
