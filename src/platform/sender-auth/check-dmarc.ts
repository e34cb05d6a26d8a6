// Does what was proven belong to the author, and what does the author's domain ask for where nothing does? RFC 9989, by
// mailauth; records of RFC 7489 are read with the same words. Where several authors, or several From fields, are named,
// each domain is asked and the strictest answer holds (RFC 7489 §6.6.1): a second author is no way around the first one's.

import { type DmarcResponse, evaluateDmarc } from 'mailauth/lib/dmarc/index.js';
import type { DkimFinding, DmarcFinding, DmarcPolicy, SpfFinding } from '#mail/ports/sender-authentication.ts';
import type { DnsQuestions } from './dns-questions.ts';

export interface DmarcQuestion {
  /** Addresses of all From fields. */
  readonly authors: readonly string[];
  readonly fromFields: number;
  readonly spf: SpfFinding;
  readonly dkim: readonly Omit<DkimFinding, 'aligned'>[];
}

export interface DmarcAnswer {
  readonly finding: DmarcFinding;
  /** Domains of signatures that belong to the author's. */
  readonly aligned: ReadonlySet<string>;
}

/** Domains that the authors of one message may have; nobody writes with more. */
const AUTHOR_DOMAIN_LIMIT = 4;

export async function checkDmarc(question: DmarcQuestion, dns: Pick<DnsQuestions, 'resolve'>): Promise<DmarcAnswer> {
  const { authors, fromFields } = question;
  const whole = await evaluate(question, authors, fromFields, 'pass', dns);
  if (whole.response) return await readAnswer(question, authors, whole.response, whole.dkimAligned, dns);
  const { reason, authorDomains = [] } = whole;
  if (authorDomains.length > AUTHOR_DOMAIN_LIMIT) {
    const many = `From names authors of ${authorDomains.length} domains`;
    return { finding: { ...UNKNOWN, result: 'permerror', reason: many }, aligned: new Set() };
  }
  const answers: DmarcAnswer[] = [];
  for (const domain of authorDomains) {
    const { response, dkimAligned } = await evaluate(question, [domain], 1, 'pass', dns);
    if (response) answers.push(await readAnswer(question, [domain], response, dkimAligned, dns));
  }
  const [strictest] = answers.sort((a, b) => severity(b.finding) - severity(a.finding));
  return strictest ?? { finding: { ...UNKNOWN, reason }, aligned: new Set() };
}

const UNKNOWN: DmarcFinding = {
  result: 'none',
  domain: undefined,
  policyDomain: undefined,
  policy: undefined,
  record: undefined,
  alignedSpf: undefined,
  alignedDkim: undefined,
  reason: undefined,
};

/** With what was proven or, for `temperror`, with what could not be. */
function evaluate(
  { spf, dkim }: DmarcQuestion,
  headerFrom: readonly string[],
  fromFields: number,
  result: 'pass' | 'temperror',
  { resolve: resolver }: Pick<DnsQuestions, 'resolve'>,
) {
  // Where the reverse-path is null, HELO stands for it. RFC 9989 §4.4.1.
  const spfDomains = spf.result === result ? [spf.domain] : [];
  const dkimDomains = dkim.filter((each) => each.result === result).map(({ domain }) => ({ domain }));
  return evaluateDmarc({ headerFrom, fromFields, spfDomains, dkimDomains, resolver, strict: true });
}

async function readAnswer(
  question: DmarcQuestion,
  authors: readonly string[],
  response: DmarcResponse,
  aligned: ReadonlySet<string> = new Set(),
  dns: Pick<DnsQuestions, 'resolve'>,
): Promise<DmarcAnswer> {
  const finding = readResponse(response);
  if (finding.result !== 'fail') return { finding, aligned };
  // What nobody could say about an identifier of the author's is not «no»: would it pass if the answer were yes?
  const hoped = await evaluate(question, authors, 1, 'temperror', dns);
  if (!hoped.response || hoped.response.status.result === 'fail') return { finding, aligned };
  return { finding: { ...finding, result: 'temperror', reason: 'SPF or DKIM could not be checked' }, aligned };
}

const POLICIES: ReadonlySet<string> = new Set<DmarcPolicy>(['none', 'quarantine', 'reject']);

function readResponse({ status, policyDomain, policy, rr, alignment, error }: DmarcResponse): DmarcFinding {
  const { result } = status;
  return {
    result: result === 'pass' || result === 'fail' || result === 'none' ? result : 'temperror',
    domain: status.header.from,
    policyDomain,
    policy: policy !== undefined && POLICIES.has(policy) ? testing(policy as DmarcPolicy, rr) : undefined,
    record: rr,
    alignedSpf: alignment?.spf.result,
    alignedDkim: alignment?.dkim.result,
    reason: error,
  };
}

/** `pct=0` of RFC 7489 §6.3 says what `t=y` says since: apply the next weaker policy. RFC 9989 §4.7 has no other pct. */
function testing(policy: DmarcPolicy, record = ''): DmarcPolicy {
  const words = record.split(';').map((word) => word.replace(/[ \t]/g, '').toLowerCase());
  if (!words.includes('pct=0') || words.includes('t=y')) return policy;
  return policy === 'reject' ? 'quarantine' : 'none';
}

const POLICY_SEVERITY: Readonly<Record<DmarcPolicy, number>> = { none: 0, quarantine: 1, reject: 2 };

/** Of a message with several authors: the one whose domain objects most. */
function severity({ result, policy = 'none' }: DmarcFinding): number {
  if (result === 'fail') return 10 + POLICY_SEVERITY[policy];
  return result === 'temperror' ? 5 : result === 'none' ? 1 : 0;
}
