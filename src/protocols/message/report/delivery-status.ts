// The machine's part of a notification: what became of each recipient. RFC 3464 §2, RFC 6533 §4.
//
//   delivery-status-content = per-message-fields 1*( CRLF per-recipient-fields )

import { err, ok, type Result } from '#base/result.ts';
import { formatDateTime, parseDateTime } from '../date-time.ts';
import { fieldText, type HeaderBlock, parseHeaderFields } from '../header-fields.ts';
import { formatStatusField } from './status-field.ts';
import { findTypedText, formatTypedAddress, formatTypedText, type TypedText } from './typed-text.ts';

const DELIVERY_ACTIONS = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;
export type DeliveryAction = (typeof DELIVERY_ACTIONS)[number];

/** Fields of our own, or of others: `X-Valija-Queue-ID`. */
export type ExtensionField = readonly [name: string, value: string];

export interface RecipientStatus {
  readonly originalRecipient: TypedText | undefined;
  readonly finalRecipient: TypedText;
  readonly action: DeliveryAction;
  /** RFC 3463: `5.1.1`. */
  readonly status: string;
  readonly remoteMta: TypedText | undefined;
  readonly diagnosticCode: TypedText | undefined;
  readonly lastAttemptMs: number | undefined;
  readonly willRetryUntilMs: number | undefined;
  readonly extensions: readonly ExtensionField[];
}

export interface DeliveryStatus {
  /** Not encoded: what the sender gave as ENVID. */
  readonly originalEnvelopeId: string | undefined;
  readonly reportingMta: TypedText;
  readonly arrivalMs: number | undefined;
  readonly extensions: readonly ExtensionField[];
  readonly recipients: readonly RecipientStatus[];
}

type FieldText = readonly [name: string, value: string | undefined];

export function formatDeliveryStatus(status: DeliveryStatus, mayHoldUtf8: boolean): string {
  const groups = [messageFields(status), ...status.recipients.map((one) => recipientFields(one, mayHoldUtf8))];
  return groups.map((fields) => formatGroup(fields, mayHoldUtf8)).join('\r\n');
}

function messageFields(status: DeliveryStatus): FieldText[] {
  return [
    ['Original-Envelope-Id', status.originalEnvelopeId],
    ['Reporting-MTA', formatTypedText(status.reportingMta)],
    ['Arrival-Date', formatDate(status.arrivalMs)],
    ...status.extensions,
  ];
}

function recipientFields(status: RecipientStatus, mayHoldUtf8: boolean): FieldText[] {
  const { originalRecipient, finalRecipient, remoteMta, diagnosticCode } = status;
  return [
    ['Original-Recipient', originalRecipient && formatTypedAddress(originalRecipient, mayHoldUtf8)],
    ['Final-Recipient', formatTypedAddress(finalRecipient, mayHoldUtf8)],
    ['Action', status.action],
    ['Status', status.status],
    ['Remote-MTA', remoteMta && formatTypedText(remoteMta)],
    ['Diagnostic-Code', diagnosticCode && formatTypedText(diagnosticCode)],
    ['Last-Attempt-Date', formatDate(status.lastAttemptMs)],
    ['Will-Retry-Until', formatDate(status.willRetryUntilMs)],
    ...status.extensions,
  ];
}

function formatDate(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : formatDateTime(ms);
}

function formatGroup(fields: readonly FieldText[], mayHoldUtf8: boolean): string {
  return fields
    .map(([name, value]) => (value === undefined ? '' : formatStatusField(name, value, mayHoldUtf8)))
    .join('');
}

export type DeliveryStatusProblem = 'no-reporting-mta' | 'no-recipient';

/** Groups that do not say whom they are about, and what happened, are passed over. */
export function parseDeliveryStatus(octets: Buffer): Result<DeliveryStatus, DeliveryStatusProblem> {
  const [first, ...others] = readGroups(octets);
  const reportingMta = findTypedText(first?.get('reporting-mta') ?? '');
  if (first === undefined || reportingMta === undefined) return err('no-reporting-mta');
  const recipients = others.map(findRecipientStatus).filter((found) => found !== undefined);
  if (recipients.length === 0) return err('no-recipient');
  return ok({
    originalEnvelopeId: first.get('original-envelope-id'),
    reportingMta,
    arrivalMs: readDate(first.get('arrival-date')),
    extensions: readExtensions(first),
    recipients,
  });
}

function findRecipientStatus(group: FieldGroup): RecipientStatus | undefined {
  const finalRecipient = findTypedText(group.get('final-recipient') ?? '');
  const action = DELIVERY_ACTIONS.find((known) => known === group.get('action')?.toLowerCase());
  // Some say `5.1.1 (no such user)`.
  const status = /^[245]\.[0-9]{1,3}\.[0-9]{1,3}/.exec(group.get('status') ?? '')?.[0];
  if (finalRecipient === undefined || action === undefined || status === undefined) return undefined;
  return {
    originalRecipient: findTypedText(group.get('original-recipient') ?? ''),
    finalRecipient,
    action,
    status,
    remoteMta: findTypedText(group.get('remote-mta') ?? ''),
    diagnosticCode: findTypedText(group.get('diagnostic-code') ?? ''),
    lastAttemptMs: readDate(group.get('last-attempt-date')),
    willRetryUntilMs: readDate(group.get('will-retry-until')),
    extensions: readExtensions(group),
  };
}

function readDate(text: string | undefined): number | undefined {
  const date = text === undefined ? undefined : parseDateTime(text);
  return date?.ok ? date.value.ms : undefined;
}

/** By lower-case name; the first field of a name counts. */
type FieldGroup = ReadonlyMap<string, string>;

/** A report about more recipients than one message may have is somebody's joke. */
const MAX_GROUPS = 10_000;

function readGroups(octets: Buffer): FieldGroup[] {
  const groups: FieldGroup[] = [];
  for (let at = 0; at < octets.length && groups.length < MAX_GROUPS; ) {
    const block = parseHeaderFields(octets.subarray(at));
    const group = readGroup(block);
    // Empty lines more than needed divide nothing.
    if (group.size > 0) groups.push(group);
    at += block.bodyStart;
  }
  return groups;
}

function readGroup(block: HeaderBlock): FieldGroup {
  const group = new Map<string, string>();
  for (const field of block.fields) {
    const name = field.name.toLowerCase();
    if (name !== '' && !group.has(name)) group.set(name, fieldText(block, field));
  }
  return group;
}

function readExtensions(group: FieldGroup): ExtensionField[] {
  return [...group].filter(([name]) => name.startsWith('x-'));
}
