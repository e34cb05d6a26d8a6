// A server's reply, or our own words for a failure → what a person should know: what happened, who can mend it, how.

import { KNOWN_REPLIES } from './knowledge/all.ts';
import type { Advice, KnownReply, Mender, Phrase } from './knowledge/known-reply.ts';
import { findStatusClass } from './knowledge/status-classes.ts';
import type { BounceLanguage } from './report-input.ts';

export interface Explanation extends Advice {
  /** Of the entry: `mailbox-full`; `status-7` where only the code told. */
  readonly name: string;
  readonly mender: Mender;
}

/** More of a reply says nothing new. */
const LONGEST_REPLY = 1_000;

/** What was found for which words, of a caller with many replies of one kind: looking takes a tenth of a millisecond. */
export type SeenReplies = Map<string, KnownReply | undefined>;

/** `text` as in DeliveryOutcome.text; `status` of RFC 3463. Never fails: what is unknown gets the words of its code. */
export function explainReply(
  text: string,
  status: string,
  language: BounceLanguage,
  seen: SeenReplies = new Map(),
): Explanation {
  const words = normalise(text);
  const key = `${status}${words}`;
  if (!seen.has(key)) seen.set(key, findKnownReply(words, status));
  const known = seen.get(key);
  if (known !== undefined) return { name: known.name, mender: known.mender, ...known[language] };
  const [, subject = '0'] = status.split('.');
  const { mender, [language]: advice } = findStatusClass(subject);
  return { name: `status-${subject}`, mender, ...advice };
}

/** By its words; where they are unknown, by its code. */
function findKnownReply(words: string, status: string): KnownReply | undefined {
  const [kind, ...code] = status.split('.');
  const candidates = KNOWN_REPLIES.filter((reply) => isOfKind(reply, kind));
  return (
    candidates.find(({ when }) => when.some((phrase) => occurs(phrase, words))) ??
    candidates.find(({ statuses }) => statuses?.includes(code.join('.')))
  );
}

function isOfKind({ only }: KnownReply, kind: string | undefined): boolean {
  return only === undefined || (only === 'temporary') === (kind === '4');
}

function occurs(phrase: Phrase, words: string): boolean {
  return typeof phrase === 'string' ? words.includes(phrase) : phrase.every((piece) => words.includes(piece));
}

/**
 * Lower-case, blanks around, and only what was said: without names of hosts and addresses, in which anything may stand,
 * and without the codes that a reply of several lines repeats in the middle of its sentences.
 */
function normalise(text: string): string {
  const words = text.slice(0, LONGEST_REPLY).toLowerCase().replaceAll('\u2019', "'").split(/\s+/);
  return ` ${words.filter((word) => !isCode(word) && !isName(word)).join(' ')} `;
}

// 550-5.1.1, 550, 5.1.1
function isCode(word: string): boolean {
  return /^[245][0-9]{2}(?:-[245]\.[0-9]{1,3}\.[0-9]{1,3}|-)?$|^[245]\.[0-9]{1,3}\.[0-9]{1,3}$/.test(word);
}

// <ana@example.org>:, mx.example.org[192.0.2.1]:25:
function isName(word: string): boolean {
  return word.includes('@') || word.indexOf('[') > 0;
}
