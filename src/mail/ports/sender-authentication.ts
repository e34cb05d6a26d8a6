// Is the sender who it says? SPF, DKIM, DMARC and ARC of one message, as plain data: findings, never verdicts. What could
// not be found out is `temperror`, never «no» and never «yes». RFC 7208, RFC 6376, RFC 9989, RFC 8617.

import type { MessageContent } from '#mail/ports/message-content.ts';

export interface AuthenticationQuestion {
  readonly clientAddress: string;
  readonly helo: string | undefined;
  /** As text, without angle brackets; `` is the null reverse-path. */
  readonly reversePath: string;
  /** The name of this server: SPF's explanations may name it. */
  readonly receiver: string;
  /** As it came, before anything was added or removed. */
  readonly content: MessageContent;
}

/** RFC 7208 §2.6. */
export type SpfResult = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';

export interface SpfFinding {
  readonly result: SpfResult;
  /** Which name was checked; HELO where the reverse-path is null. */
  readonly identity: 'mailfrom' | 'helo';
  readonly domain: string;
  /** The term of the domain's record that decided: `include:_spf.example.net`. */
  readonly mechanism: string | undefined;
  /** What the domain says to those whom it refuses (`exp=`): text of a stranger. */
  readonly explanation: string | undefined;
  readonly reason: string | undefined;
  readonly lookups: number;
  readonly voidLookups: number;
}

/** RFC 8601 §2.7.1. */
export type DkimResult = 'pass' | 'fail' | 'policy' | 'neutral' | 'temperror';

export interface DkimFinding {
  readonly result: DkimResult;
  /** d= */
  readonly domain: string;
  /** s= */
  readonly selector: string;
  /** a= */
  readonly algorithm: string;
  /** i=, or `@` and the domain. */
  readonly identity: string;
  /** The first eight characters of b=, by which signatures are told apart. RFC 6008. */
  readonly signature: string;
  /** The domain belongs to the author's. */
  readonly aligned: boolean;
  /** Octets of the body that `l=` leaves unsigned. */
  readonly unsignedOctets: number;
  readonly reason: string | undefined;
}

export type DmarcPolicy = 'none' | 'quarantine' | 'reject';

export interface DmarcFinding {
  /** `permerror`: the author cannot be told. */
  readonly result: 'none' | 'pass' | 'fail' | 'temperror' | 'permerror';
  /** The domain in From. */
  readonly domain: string | undefined;
  /** Where the record was found: the domain itself, or one above it. */
  readonly policyDomain: string | undefined;
  /** What is asked for this message, `sp`, `np` and `t` considered. */
  readonly policy: DmarcPolicy | undefined;
  readonly record: string | undefined;
  /** Which proven domain belongs to the author's. */
  readonly alignedSpf: string | undefined;
  readonly alignedDkim: string | undefined;
  readonly reason: string | undefined;
}

export interface ArcSet {
  /** d= of its seal. */
  readonly sealer: string;
  /** What the sealer says of DMARC when it had the message, and of which author. */
  readonly dmarc: string | undefined;
  readonly author: string | undefined;
}

export interface ArcFinding {
  readonly result: 'none' | 'pass' | 'fail';
  /** The oldest first. */
  readonly sets: readonly ArcSet[];
  readonly reason: string | undefined;
}

/** One answer of the DNS that was used. */
export interface UsedAnswer {
  readonly name: string;
  readonly type: string;
  readonly kind: 'found' | 'no-such-name' | 'no-data' | 'failed';
  /** As text, the first few; of a failure, its reason. */
  readonly records: readonly string[];
  readonly ttlSeconds: number | undefined;
}

export interface AuthenticationFindings {
  readonly spf: SpfFinding;
  readonly dkim: readonly DkimFinding[];
  /** Signatures beyond the limit: not looked at. */
  readonly unverifiedSignatures: number;
  readonly dmarc: DmarcFinding;
  readonly arc: ArcFinding;
  readonly answers: readonly UsedAnswer[];
}

export interface SenderAuthentication {
  /** Never fails for what the message or the DNS say. Throws WorldError when the content cannot be read. */
  judge(question: AuthenticationQuestion): Promise<AuthenticationFindings>;
}
