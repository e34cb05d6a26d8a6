// The plan of an accepted message, with the trace headers that each copy bears: ours on top of what leaves, Return-Path
// and Delivered-To besides on what is delivered here (RFC 5321 §4.4).

import type { QueuedRecipient } from '#mail/queue/queued-message.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { type Envelope, isPosted, isSubmission, type SessionFacts } from './envelope.ts';
import type { MessageHeader } from './message-header.ts';
import { type Plan, planFiling, planQueue, type RoutedRecipient } from './plan.ts';
import { findTlsWish } from './tls-wish.ts';
import { formatDeliveryTrace, formatReceived, type ReceivedFacts } from './trace-headers.ts';

export interface PlannedMessage extends ReceivedFacts {
  readonly arrivedMs: number;
  /** As it will be stored, without our headers. */
  readonly sizeBytes: number;
  /** What was found out of its origin: fields to stand above our Received. */
  readonly originTrace: string;
  /** Where copies are filed. */
  readonly mailbox: 'INBOX' | 'Junk';
  /** What leaves by the queue shall wait there until somebody releases it. */
  readonly isHeld: boolean;
  /** DKIM-Signature fields, to stand below our Received. */
  readonly signatures: string;
}

export function planDeliveries(
  envelope: Envelope,
  recipients: readonly RoutedRecipient[],
  header: MessageHeader,
  message: PlannedMessage,
): Plan {
  const { reversePath, session, sender } = envelope;
  const received = message.originTrace + formatReceived(envelope, message) + message.signatures;
  // A message that begins with its body would lend its first lines to our header; submitted ones were mended already.
  const isMended = isSubmission(session) || isPosted(session);
  const separator = header.fields.length === 0 && !header.separated && !isMended ? '\r\n' : '';
  const filed = planFiling({
    recipients,
    internalDateMs: message.nowMs,
    mailbox: message.mailbox,
    formatPrefix: (deliveredTo, originalTo) =>
      Buffer.from(formatDeliveryTrace({ reversePath, deliveredTo, originalTo, received }) + separator),
  });
  const queued = planQueue(recipients, reversePath !== undefined);
  if (queued.length === 0) return { actions: filed };
  const tlsWish = findTlsWish(sender, header);
  const leaving = {
    queueId: message.queueId,
    arrivedMs: message.arrivedMs,
    sender: reversePath === undefined ? '' : formatAddrSpec(reversePath),
    body: sender.body,
    // An alias may lead to an address that only such a server takes. RFC 6531 §3.2.
    smtpUtf8: sender.smtpUtf8 || queued.some(needsUtf8),
    dsn: sender.dsn,
    origin: originOf(session),
    prefix: Buffer.from(received + separator),
    sizeBytes: message.sizeBytes,
    recipients: queued,
    ...(tlsWish === undefined ? {} : { tlsWish }),
    ...(message.isHeld ? { held: true as const } : {}),
  };
  return { actions: [...filed, { kind: 'queue', message: leaving }] };
}

function needsUtf8({ address, nextHop }: QueuedRecipient): boolean {
  return nextHop.transport !== 'done' && /[^\x00-\x7f]/.test(address);
}

/** Whose turn it is in the queue: nobody's mail waits behind all of another's. */
function originOf({ profile, login, connection }: SessionFacts): string {
  return profile === 'own' ? 'own' : (login?.account ?? connection.clientAddress);
}
