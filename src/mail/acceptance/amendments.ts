// What is changed in a message on its way in. Mail from other servers stays as it came, but for a Return-Path that is
// not its final one (RFC 5321 §4.4). Mail that our own people submit is completed: RFC 6409 §8, RFC 5322 §3.6.

import type { MessageContent } from '#mail/ports/message-content.ts';
import { formatDateTime } from '#protocols/message/date-time.ts';
import type { HeaderField } from '#protocols/message/header-fields.ts';
import { composeContent } from './composed-content.ts';
import type { RewrittenFields } from './header-rewriting.ts';
import type { MessageHeader } from './message-header.ts';

export interface Amendments {
  /** Names of fields, lower-case. */
  readonly remove: ReadonlySet<string>;
  /** Fields, by where they begin, that pass themselves off as ours. */
  readonly forged?: ReadonlySet<number>;
  /** Fields whose addresses were completed or mapped. */
  readonly rewritten: RewrittenFields;
  /** Put behind the fields that stay. */
  readonly add: readonly { readonly name: string; readonly value: string }[];
  /** Puts the missing empty line between header and body. */
  readonly separate: boolean;
}

export interface AmendedContent {
  readonly content: MessageContent;
  /** `added Date`, `removed Bcc` …, for the journey. */
  readonly changes: readonly string[];
}

/** On 25 and LMTP. */
export const TRANSPORT_AMENDMENTS: Amendments = {
  remove: new Set(['return-path']),
  rewritten: new Map(),
  add: [],
  separate: false,
};

/** Of what was amended already. */
export const NO_AMENDMENTS: Amendments = { ...TRANSPORT_AMENDMENTS, remove: new Set() };

/** Bcc never leaves the submission server. RFC 5322 §3.6.3. */
const SUBMISSION_REMOVALS: ReadonlySet<string> = new Set(['return-path', 'bcc', 'resent-bcc']);

export interface SubmissionContext {
  /** What From says when the message has none: `ana@example.org`, `Ana <ana@example.org>`. */
  readonly author: string;
  readonly queueId: string;
  readonly myhostname: string;
  readonly nowMs: number;
}

/** On 587 and 465, and by the `sendmail` command. */
export function submissionAmendments(
  header: MessageHeader,
  context: SubmissionContext,
  rewritten: RewrittenFields = new Map(),
): Amendments {
  const { author, queueId, myhostname, nowMs } = context;
  const present = new Set(header.fields.map((field) => field.name.toLowerCase()));
  const wanted = [
    { name: 'From', value: author },
    { name: 'Date', value: formatDateTime(nowMs) },
    { name: 'Message-ID', value: `<${compactTime(nowMs)}.${queueId}@${myhostname}>` },
  ];
  const add = wanted.filter(({ name }) => !present.has(name.toLowerCase()));
  return { remove: SUBMISSION_REMOVALS, rewritten, add, separate: true };
}

/** The body stays octet for octet; where nothing is to change, the content is the very same. */
export function amend(content: MessageContent, header: MessageHeader, amendments: Amendments): AmendedContent {
  const isRemoved = ({ name, range }: HeaderField) =>
    amendments.remove.has(name.toLowerCase()) || amendments.forged?.has(range.start) === true;
  const removed = header.fields.filter(isRemoved);
  const separate = amendments.separate && !header.separated;
  const { add, rewritten } = amendments;
  const isUntouched = removed.length + add.length + rewritten.size === 0 && !separate;
  if (isUntouched && header.mboxLine === undefined) return { content, changes: [] };
  const kept = header.fields.filter((field) => !isRemoved(field));
  const pieces = kept.map(({ range }) => rewritten.get(range.start) ?? header.octets.subarray(range.start, range.end));
  // The last line of a message may lack its end; what is added must not run into it.
  if (add.length > 0 && pieces.length > 0 && pieces.at(-1)?.at(-1) !== LF) pieces.push(CRLF);
  pieces.push(...add.map(({ name, value }) => Buffer.from(`${name}: ${value}\r\n`)));
  if (separate) pieces.push(CRLF);
  return {
    content: composeContent(Buffer.concat(pieces), content, header.end),
    changes: [
      ...(header.mboxLine ? ['removed mbox line'] : []),
      ...removed.map((field) => `removed ${field.name}`),
      ...kept.filter(({ range }) => rewritten.has(range.start)).map((field) => `rewrote ${field.name}`),
      ...add.map(({ name }) => `added ${name}`),
      ...(separate ? ['added empty line'] : []),
    ],
  };
}

const LF = 0x0a;
const CRLF = Buffer.from('\r\n');

/** `20261121100000`, as Postfix begins a Message-ID. */
function compactTime(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\D/g, '').slice(0, 14);
}
