// A message that may be a notification → what it says, as whoever gets one of ours reads it.
// RFC 6522 §3, RFC 3464 §2, RFC 6533 §4.

import type { BodyPart, MultiPart } from '#protocols/message/envelope.ts';
import { findParameter } from '#protocols/message/parameters.ts';
import { type DeliveryStatus, parseDeliveryStatus } from '#protocols/message/report/delivery-status.ts';
import { describeMessage } from '#protocols/message/structure.ts';
import { decodeTransfer } from '#protocols/message/transfer-encoding.ts';

export interface DeliveryReport {
  readonly status: DeliveryStatus;
  /** The returned message or header, transfer encoding undone; `undefined` where nothing was returned. */
  readonly returned: { readonly kind: 'message' | 'header'; readonly octets: Buffer } | undefined;
}

const STATUS_TYPES = ['message/delivery-status', 'message/global-delivery-status'];
const MESSAGE_TYPES = ['message/rfc822', 'message/global'];
const HEADER_TYPES = ['text/rfc822-headers', 'message/global-headers'];

/** `undefined` for anything that is no delivery report, or one that nobody can read. */
export function findDeliveryReport(message: Buffer): DeliveryReport | undefined {
  const { structure } = describeMessage(message);
  if (!isDeliveryReport(structure)) return undefined;
  const statusPart = findPart(structure, STATUS_TYPES);
  const status = statusPart && parseDeliveryStatus(bodyOf(message, statusPart));
  if (!status?.ok) return undefined;
  const whole = findPart(structure, MESSAGE_TYPES);
  const header = findPart(structure, HEADER_TYPES);
  const part = whole ?? header;
  const kind = whole === undefined ? 'header' : 'message';
  return { status: status.value, returned: part && { kind, octets: bodyOf(message, part) } };
}

/** By its type alone. */
function isDeliveryReport(structure: BodyPart): structure is MultiPart {
  if (structure.kind !== 'multipart' || structure.subtype !== 'report') return false;
  return findParameter(structure.parameters, 'report-type')?.toLowerCase() === 'delivery-status';
}

function findPart({ children }: MultiPart, types: readonly string[]): BodyPart | undefined {
  return children.find(({ type, subtype }) => types.includes(`${type}/${subtype}`));
}

function bodyOf(message: Buffer, { body, encoding }: BodyPart): Buffer {
  return decodeTransfer(encoding, message.subarray(body.start, body.end));
}
