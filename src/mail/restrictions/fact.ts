// What a restriction may want to know beyond the session and the envelope. A restriction is a generator: it yields a question
// and is handed the answer, so that it asks only what it comes to, judges without waiting, and can be tested with literals. Both
// are plain data: they are recorded with the message, can be invented (simulate) and used again (replay).

import type { DnsType } from '#mail/ports/resolver.ts';
import type { AddressClass } from '#mail/routing/domain-classes.ts';

export type FactQuestion =
  /** PTR of the client's address, and whether that name leads back to it. */
  | { readonly kind: 'client-name' }
  | { readonly kind: 'dns'; readonly name: string; readonly type: Extract<DnsType, 'A' | 'AAAA' | 'MX' | 'NS' | 'TXT'> }
  /** The first of the keys that the table has. The first one is whole: a table of patterns is asked for it alone. */
  | { readonly kind: 'table'; readonly table: string; readonly keys: readonly string[] }
  /** Postfix's policy protocol; the attributes are the fact finder's to fill in. */
  | { readonly kind: 'policy-service'; readonly service: string }
  | { readonly kind: 'greylist' }
  /** Is the address one that we have, or one that its own server takes? */
  | { readonly kind: 'listed'; readonly which: 'sender' | 'recipient' }
  | { readonly kind: 'verified'; readonly which: 'sender' | 'recipient' }
  /** Whose mail the sender's domain is: ours, or another server's. */
  | { readonly kind: 'sender-class' }
  /** Who owns the sender's address, of those who can log in here. */
  | { readonly kind: 'sender-owners' }
  /** Time shall pass: the answer comes after it. */
  | { readonly kind: 'pause'; readonly seconds: number };

export type FactKind = FactQuestion['kind'];

/** By the question's kind. `later` stands for what could not be found out, with the reason, and is never «no». */
export interface FactAnswers {
  readonly 'client-name': /** `name`: of the PTR record; `verified`: it has the client's address. */
    | { readonly kind: 'found'; readonly name: string; readonly verified: boolean | 'later' }
    | { readonly kind: 'none' }
    | Later;
  /** Records as text: an MX as its exchange, `` for the null MX. */
  readonly dns: { readonly kind: 'found'; readonly records: readonly string[] } | NoSuchThing | Later;
  readonly table: { readonly kind: 'found'; readonly key: string; readonly value: string } | NoSuchThing | Later;
  /** `action=` of the answer: `DUNNO`, `REJECT text`, `DEFER_IF_PERMIT text` … */
  readonly 'policy-service': { readonly kind: 'action'; readonly action: string } | Later;
  readonly greylist: { readonly kind: 'known' } | { readonly kind: 'wait'; readonly seconds: number } | Later;
  readonly listed: { readonly kind: 'listed' } | { readonly kind: 'unlisted'; readonly where: string } | Later;
  readonly verified:
    | { readonly kind: 'deliverable' }
    | { readonly kind: 'undeliverable'; readonly reason: string }
    | Later;
  readonly 'sender-class': { readonly kind: 'found'; readonly addressClass: AddressClass } | Later;
  /** Account names; none where nobody here owns it. */
  readonly 'sender-owners': { readonly kind: 'found'; readonly accounts: readonly string[] } | Later;
  readonly pause: { readonly kind: 'over' };
}

interface NoSuchThing {
  /** `no-such-name`: of the DNS alone. */
  readonly kind: 'none' | 'no-such-name';
}

export interface Later {
  readonly kind: 'later';
  readonly reason: string;
}

export type FactAnswer = FactAnswers[FactKind];

/** Asks as it goes, and ends with a `Result`. */
export type Inquiry<Result> = Generator<FactQuestion, Result, FactAnswer>;

/** Said at once, or after questions. */
export type Said<Result> = Result | Inquiry<Result>;

export function isInquiry<Result>(said: Said<Result>): said is Inquiry<Result> {
  return typeof said === 'object' && said !== null && 'next' in said;
}

export function* hear<Result>(said: Said<Result>): Inquiry<Result> {
  return isInquiry(said) ? yield* said : said;
}

/** `const answer = yield* ask({ kind: 'dns', … })`. */
export function* ask<Question extends FactQuestion>(question: Question): Inquiry<FactAnswers[Question['kind']]> {
  // Whoever answers goes by the question's kind; the type system cannot follow a generator's answer back to its question.
  return (yield question) as FactAnswers[Question['kind']];
}

/** One question that was answered, as the journey keeps it. */
export interface KnownFact {
  readonly question: FactQuestion;
  readonly answer: FactAnswer;
}
