// A message and a server: what of the envelope the server understands, what the content must become for it, and who
// cannot be reached through it. RFC 1870 §6.3, RFC 3030 §3, RFC 3461 §5, RFC 6152 §3, RFC 6531 §3.2, §3.6.

import type { DeliveryJob } from '#mail/ports/transport.ts';
import type { QueuedRecipient } from '#mail/queue/queued-message.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { Extensions } from '#protocols/smtp/client/extensions.ts';
import type { OutgoingEnvelope } from '#protocols/smtp/client/outgoing-envelope.ts';
import { parseMailbox } from '#protocols/smtp/grammar/mailbox.ts';
import { openDowngraded } from './downgraded-content.ts';
import type { Explanation } from './failure-words.ts';
import type { OutgoingContent, SendableContent } from './outgoing-content.ts';

export interface Unfit extends Explanation {
  readonly recipient: QueuedRecipient;
}

export interface FittedMessage {
  readonly envelope: OutgoingEnvelope;
  /** In the order of the envelope. */
  readonly recipients: readonly QueuedRecipient[];
  readonly content: SendableContent;
  /** Cannot be sent to through this server, nor through another like it. */
  readonly unfit: readonly Unfit[];
}

export interface FitOptions {
  readonly job: DeliveryJob;
  readonly recipients: readonly QueuedRecipient[];
  readonly content: OutgoingContent;
  readonly offered: Extensions;
  /** `mx.example.org[192.0.2.1]` */
  readonly host: string;
  readonly auth: string | undefined;
}

export async function fitMessage(options: FitOptions): Promise<FittedMessage> {
  const { job, recipients, content, offered, host } = options;
  const { message } = job;
  if (offered.sizeLimit !== undefined && offered.sizeLimit > 0 && content.sizeBytes > offered.sizeLimit) {
    const text = `message size ${content.sizeBytes} exceeds size limit ${offered.sizeLimit} of server ${host}`;
    return nobody(options, { status: '5.3.4', text });
  }
  const sender = parsePath(job.sender);
  if (sender === undefined) return nobody(options, { status: '5.1.7', text: 'bad sender address syntax' });
  const needsUtf8 = message.smtpUtf8 && !(await content.hasAsciiHeader());
  const utf8Required = { status: '5.6.7', text: `SMTPUTF8 is required, but was not offered by host ${host}` };
  if (!offered.smtpUtf8 && (needsUtf8 || !isAsciiText(sender))) return nobody(options, utf8Required);
  const body = await fitBody(options);
  if (body === undefined) {
    const text = `message cannot be converted for host ${host}, which does not offer ${message.body}`;
    return nobody(options, { status: '5.6.3', text });
  }
  const fitting: { readonly recipient: QueuedRecipient; readonly path: string }[] = [];
  const unfit: Unfit[] = [];
  for (const recipient of recipients) {
    const path = recipient.address === '' ? undefined : parsePath(recipient.address);
    if (path === undefined) unfit.push({ recipient, status: '5.1.3', text: 'bad address syntax' });
    else if (!offered.smtpUtf8 && !isAsciiText(path)) unfit.push({ recipient, ...utf8Required });
    else fitting.push({ recipient, path });
  }
  const isUtf8 = needsUtf8 || !isAsciiText(sender) || fitting.some(({ path }) => !isAsciiText(path));
  const envelope: OutgoingEnvelope = {
    sender,
    sizeBytes: body.content.sizeBytes,
    body: body.kind,
    smtpUtf8: isUtf8,
    ret: message.dsn.ret,
    envid: message.dsn.envid,
    auth: options.auth,
    requireTls: message.tlsWish === 'required' && offered.requireTls,
    recipients: fitting.map(({ recipient, path }) => ({
      path,
      notify: recipient.parameters.notify,
      orcpt: originalRecipient(recipient),
    })),
  };
  return { envelope, recipients: fitting.map(({ recipient }) => recipient), content: body.content, unfit };
}

interface FittedBody {
  readonly kind: OutgoingEnvelope['body'];
  readonly content: SendableContent;
}

/** `undefined`: it cannot be made to fit. */
async function fitBody({ job, content, offered }: FitOptions): Promise<FittedBody | undefined> {
  const { body } = job.message;
  if (body === 'BINARYMIME') {
    if (offered.binaryMime && offered.chunking) return { kind: 'BINARYMIME', content };
    return downgrade(content);
  }
  if (offered.eightBitMime) {
    return { kind: body === '8BITMIME' || content.knownAscii === false ? '8BITMIME' : '7BIT', content };
  }
  // Many a 7BIT is none: the octets decide.
  return (await content.isAscii()) ? { kind: '7BIT', content } : downgrade(content);
}

async function downgrade(content: OutgoingContent): Promise<FittedBody | undefined> {
  const downgraded = await openDowngraded(content);
  return downgraded === undefined ? undefined : { kind: '7BIT', content: downgraded };
}

/**
 * What stands between the angle brackets; `undefined` for what no server would understand: nothing that came from a table
 * or an alias file may end the command and begin another.
 */
export function parsePath(address: string): string | undefined {
  if (address === '') return '';
  const parsed: AddrSpec | undefined = parseMailbox(address);
  if (parsed !== undefined) return formatAddrSpec(parsed);
  // A name without a domain, as LMTP servers of this machine know it.
  return /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]+$/.test(address) ? address : undefined;
}

/** Who was written to at first, where that is known and another. RFC 3461 §5.2.1. */
function originalRecipient({ parameters, original, address }: QueuedRecipient): string | undefined {
  if (parameters.orcpt !== undefined) return parameters.orcpt;
  if (original === '' || original === address) return undefined;
  return `${isAsciiText(original) ? 'rfc822' : 'utf-8'};${original}`;
}

function nobody({ recipients, content }: FitOptions, why: Explanation): FittedMessage {
  const envelope: OutgoingEnvelope = {
    sender: '',
    sizeBytes: 0,
    body: '7BIT',
    smtpUtf8: false,
    ret: undefined,
    envid: undefined,
    auth: undefined,
    requireTls: false,
    recipients: [],
  };
  return { envelope, recipients: [], content, unfit: recipients.map((recipient) => ({ recipient, ...why })) };
}

export function isAsciiText(text: string): boolean {
  return !/[^\x00-\x7f]/.test(text);
}
