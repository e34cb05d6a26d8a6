// What was found out of a message's origin, on top of it: Authentication-Results (RFC 8601) and Received-SPF (RFC 7208
// §9.1). And whatever of that kind claims to be our own word and is not: it is taken off what comes in.

import type { AuthenticationFacts } from '#mail/policy/authentication.ts';
import type { AuthenticationFindings, DkimFinding, SpfFinding } from '#mail/ports/sender-authentication.ts';
import {
  formatArcResults,
  formatAuthenticationResults,
  type MethodResult,
  readAuthservId,
} from '#protocols/message/authentication-results.ts';
import type { HeaderField } from '#protocols/message/header-fields.ts';
import { formatReceivedSpf, readSpfReceiver } from '#protocols/message/received-spf.ts';
import { type Envelope, isPosted, type SessionFacts } from './envelope.ts';
import type { MessageHeader } from './message-header.ts';

export interface TraceNames {
  /** Whose word Authentication-Results are: RFC 8601 §2.5. */
  readonly authservId: string;
  readonly myhostname: string;
}

export function traceNames(settings: {
  readonly authserv_id?: string | undefined;
  readonly myhostname: string;
}): TraceNames {
  const { authserv_id, myhostname } = settings;
  return { authservId: authserv_id ?? myhostname, myhostname };
}

/** SpamAssassin's field, which Sieve scripts, procmail and mail programs know. It stands above our Received, or is not ours. */
const JUNK_MARK = 'X-Spam-Flag: YES\r\n';

export function isJunkMark(field: string): boolean {
  return field === JUNK_MARK;
}

/** `mailbox`: where copies are filed that are filed here; the others bear the mark along. */
export function formatAuthenticationTrace(
  { findings, clientAddress }: AuthenticationFacts,
  { session, reversePath }: Pick<Envelope, 'session' | 'reversePath'>,
  { authservId, myhostname }: TraceNames,
  mailbox: 'INBOX' | 'Junk',
): string {
  const sender = reversePath === undefined ? undefined : `${reversePath.localPart}@${reversePath.domain}`;
  const { spf } = findings;
  return (
    formatAuthenticationResults(authservId, methodResults(findings, session, sender, clientAddress)) +
    formatReceivedSpf({
      result: spf.result,
      comment: `${myhostname}: ${SPF_COMMENTS[spf.result](spf.domain, clientAddress)}`,
      pairs: [
        ['receiver', myhostname],
        ['identity', spf.identity],
        ['client-ip', clientAddress],
        ...(sender === undefined ? [] : [['envelope-from', sender] as const]),
        ...(session.helo === undefined ? [] : [['helo', session.helo] as const]),
        ...(spf.mechanism === undefined ? [] : [['mechanism', spf.mechanism] as const]),
        ...(spf.reason === undefined ? [] : [['problem', spf.reason] as const]),
      ],
    }) +
    (mailbox === 'Junk' ? JUNK_MARK : '')
  );
}

/** The same results, for whoever gets the message from us. */
export function formatSealedResults(
  instance: number,
  { findings, clientAddress }: AuthenticationFacts,
  { session, reversePath }: Pick<Envelope, 'session' | 'reversePath'>,
  { authservId }: TraceNames,
): string {
  const sender = reversePath && `${reversePath.localPart}@${reversePath.domain}`;
  return formatArcResults(instance, authservId, methodResults(findings, session, sender, clientAddress));
}

/** RFC 7208 §9.1 gives such texts. */
const SPF_COMMENTS: Readonly<Record<SpfFinding['result'], (domain: string, address: string) => string>> = {
  pass: (domain, address) => `domain of ${domain} designates ${address} as permitted sender`,
  fail: (domain, address) => `domain of ${domain} does not designate ${address} as permitted sender`,
  softfail: (domain, address) => `domain of transitioning ${domain} does not designate ${address} as permitted sender`,
  neutral: (domain, address) => `${address} is neither permitted nor denied by domain of ${domain}`,
  none: (domain) => `domain of ${domain} does not designate permitted sender hosts`,
  temperror: (domain) => `temporary error in processing during lookup of ${domain}`,
  permerror: (domain) => `permanent error in processing during lookup of ${domain}`,
};

function methodResults(
  { spf, dkim, dmarc, arc }: AuthenticationFindings,
  { helo = '' }: SessionFacts,
  sender: string | undefined,
  clientAddress: string,
): MethodResult[] {
  return [
    {
      method: 'dmarc',
      result: dmarc.result,
      comment: dmarc.policyDomain === undefined ? undefined : `policy of ${dmarc.policyDomain}`,
      reason: dmarc.reason,
      properties: [
        ...(dmarc.domain === undefined ? [] : [['header.from', dmarc.domain] as const]),
        ...(dmarc.policy === undefined ? [] : [['policy.dmarc', dmarc.policy] as const]),
      ],
    },
    {
      method: 'spf',
      result: spf.result,
      reason: spf.reason,
      properties: [sender === undefined ? ['smtp.helo', helo] : ['smtp.mailfrom', sender]],
    },
    ...(dkim.length === 0 ? [{ method: 'dkim', result: 'none', properties: [] } as const] : dkim.map(dkimResult)),
    { method: 'arc', result: arc.result, reason: arc.reason, properties: [['smtp.remote-ip', clientAddress]] },
  ];
}

function dkimResult({ result, domain, selector, algorithm, identity, signature, reason }: DkimFinding): MethodResult {
  return {
    method: 'dkim',
    result,
    reason,
    properties: [
      ['header.d', domain],
      ['header.i', identity],
      ['header.s', selector],
      ['header.a', algorithm],
      ['header.b', signature],
    ],
  };
}

/**
 * Fields, by where they begin, that say they are ours, or of whom nobody can say whose they are. RFC 8601 §5. What a
 * filter of the house hands back keeps them: they are.
 */
export function findForged(header: MessageHeader, isOfTheHouse: boolean, names: TraceNames): ReadonlySet<number> {
  if (isOfTheHouse) return NONE;
  const isForged = (field: HeaderField) => CLAIMS[field.name.toLowerCase()]?.(header.textOf(field), names) ?? false;
  return new Set(header.fields.filter(isForged).map(({ range }) => range.start));
}

const NONE: ReadonlySet<number> = new Set();

const CLAIMS: Readonly<Record<string, (text: string, names: TraceNames) => boolean>> = {
  'authentication-results': (text, { authservId, myhostname }) => {
    const id = readAuthservId(text);
    return id === undefined || id === authservId.toLowerCase() || id === myhostname.toLowerCase();
  },
  'received-spf': (text, { myhostname }) => readSpfReceiver(text) === myhostname.toLowerCase(),
};

/** Mail from a server of the house, and from the server itself. */
export function isOfTheHouse(session: SessionFacts, trust: string): boolean {
  return session.profile === 'lmtp' || session.profile === 'own' || (trust === 'mynetworks' && !isPosted(session));
}
