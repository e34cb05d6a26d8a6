// What was found out of a sender, in English.

import type {
  ArcFinding,
  AuthenticationFindings,
  DkimFinding,
  DmarcFinding,
  SpfFinding,
  UsedAnswer,
} from '#mail/ports/sender-authentication.ts';

export function tellFindingsInEnglish(findings: AuthenticationFindings): string[] {
  const { spf, dkim, unverifiedSignatures, dmarc, arc, answers } = findings;
  return [
    tellSpf(spf),
    ...(dkim.length === 0 ? ['DKIM: the message bears no signature.'] : dkim.map(tellSignature)),
    ...(unverifiedSignatures === 0 ? [] : [`DKIM: ${unverifiedSignatures} further signatures were not looked at.`]),
    tellDmarc(dmarc),
    ...tellArc(arc),
    ...answers.map(tellAnswer),
  ];
}

const SPF: Readonly<Record<SpfFinding['result'], string>> = {
  pass: 'lets this client send in its name',
  fail: 'says that this client may not send in its name',
  softfail: 'says that this client should not be sending in its name',
  neutral: 'says neither yes nor no to this client',
  none: 'does not say who may send in its name',
  temperror: 'could not be asked now',
  permerror: 'has an SPF record that cannot be followed',
};

function tellSpf({ result, domain, mechanism, reason }: SpfFinding): string {
  const why = mechanism ?? reason;
  return `SPF: ${result}: ${domain || '(no name)'} ${SPF[result]}${why === undefined ? '' : ` (${why})`}.`;
}

function tellSignature({ result, domain, selector, algorithm, aligned, reason }: DkimFinding): string {
  const whose = result !== 'pass' ? '' : aligned ? ', the author’s own domain' : ', which is not the author’s domain';
  const why = reason === undefined ? '' : `: ${reason}`;
  return `DKIM: ${result}: a signature of ${domain} (${selector}, ${algorithm})${whose}${why}.`;
}

function tellDmarc({ result, domain, policy, policyDomain, record, reason }: DmarcFinding): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  if (domain === undefined) return `DMARC: ${result}${why}.`;
  if (record === undefined) return `DMARC: ${result}: ${domain} asks for nothing${why}.`;
  const where = policyDomain === domain ? '' : ` at ${policyDomain}`;
  return `DMARC: ${result}: mail that nothing proves to be of ${domain} should be met with «${policy}»; the record${where}: ${record}${why}.`;
}

function tellArc({ result, sets, reason }: ArcFinding): string[] {
  if (result === 'none') return [];
  const sealers = sets.map(({ sealer }) => sealer).join(', ');
  return [`ARC: ${result}: sealed by ${sealers || 'nobody'}${reason === undefined ? '' : ` (${reason})`}.`];
}

function tellAnswer({ name, type, kind, records, ttlSeconds }: UsedAnswer): string {
  const said = {
    found: `${records.join(' | ')}${ttlSeconds === undefined ? '' : ` (for ${ttlSeconds} s)`}`,
    'no-such-name': 'there is no such name',
    'no-data': 'the name has no such record',
    failed: `no answer (${records.join(', ')})`,
  };
  return `DNS: ${name} ${type}: ${said[kind]}`;
}
