// May this client send for the domain of the reverse-path, or of its HELO where that is null? RFC 7208. mailauth reads the
// record; the lookups are counted here (§4.6.4).

import { type MailauthResolver, type SpfOutcome, spfVerify } from 'mailauth/lib/spf/spf-verify.js';
import type { AuthenticationQuestion, SpfFinding, SpfResult } from '#mail/ports/sender-authentication.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import type { DnsQuestions } from './dns-questions.ts';

/** Terms that ask the DNS; the same holds for the names of one `mx`, and for those of one client. */
const LOOKUP_LIMIT = 10;
/** Of them, those that find nothing. */
const VOID_LOOKUP_LIMIT = 2;

export type SpfQuestion = Pick<AuthenticationQuestion, 'clientAddress' | 'helo' | 'reversePath' | 'receiver'>;

const RESULTS: Readonly<Record<string, SpfResult>> = {
  '+': 'pass',
  '-': 'fail',
  '~': 'softfail',
  '?': 'neutral',
  none: 'none',
  permerror: 'permerror',
};

export async function checkSpf(question: SpfQuestion, dns: Pick<DnsQuestions, 'resolve'>): Promise<SpfFinding> {
  const { clientAddress, helo = '', reversePath, receiver } = question;
  const identity = reversePath === '' ? 'helo' : 'mailfrom';
  const at = reversePath.lastIndexOf('@');
  const written = identity === 'helo' ? helo : reversePath.slice(at + 1);
  const parsed = parseDomainName(written.replace(/\.$/, '').toLowerCase());
  const lookups = new Lookups(dns.resolve);
  const found = (outcome: SpfOutcome): SpfFinding => ({
    identity,
    domain: parsed.ok ? parsed.value : written,
    lookups: lookups.count,
    voidLookups: lookups.voidCount,
    ...readOutcome(outcome),
  });
  // §4.3: not a name that could be asked for.
  if (!parsed.ok || !parsed.value.includes('.')) return found({ error: 'none', text: 'no domain to ask for' });
  const localPart = identity === 'helo' || at < 1 ? 'postmaster' : reversePath.slice(0, at);
  try {
    const outcome = await spfVerify(parsed.value, {
      sender: `${localPart}@${parsed.value}`,
      ip: plainAddress(clientAddress),
      helo,
      mta: receiver,
      strict: true,
      resolver: lookups.resolve,
      // What a domain says for itself is not counted, nor the hosts of an `mx` among the terms.
      expResolver: dns.resolve,
      createSubResolver: () => new Lookups(dns.resolve, { first: 'counted', voids: 'free' }).resolve,
    });
    return found(outcome || { error: 'temperror', text: 'no address of the client' });
  } catch (error) {
    return found(outcomeIn(error) ?? { error: 'temperror', text: error instanceof Error ? error.message : 'unknown' });
  }
}

/** The resolver of one evaluation, that counts. */
class Lookups {
  count = 0;
  voidCount = 0;
  readonly resolve: MailauthResolver;
  /** The record itself is not one of its terms. */
  #isFirst: boolean;

  constructor(ask: MailauthResolver, { first = 'free', voids = 'counted' }: Counting = {}) {
    this.#isFirst = first === 'free';
    this.resolve = async (name, type) => {
      if (!this.#isFirst && ++this.count > LOOKUP_LIMIT) {
        throw spfError('permerror', `more than ${LOOKUP_LIMIT} lookups in the DNS`);
      }
      this.#isFirst = false;
      try {
        return await ask(name, type);
      } catch (error) {
        const code = codeOf(error);
        if (code !== 'ENOTFOUND' && code !== 'ENODATA') throw spfError('temperror', `no answer for ${name} ${type}`);
        if (voids === 'counted' && ++this.voidCount > VOID_LOOKUP_LIMIT) {
          throw spfError('permerror', `more than ${VOID_LOOKUP_LIMIT} lookups in the DNS that find nothing`);
        }
        return [];
      }
    };
  }
}

interface Counting {
  readonly first?: 'free' | 'counted';
  readonly voids?: 'free' | 'counted';
}

function readOutcome(outcome: SpfOutcome): Pick<SpfFinding, 'result' | 'mechanism' | 'explanation' | 'reason'> {
  if ('error' in outcome) {
    const result = RESULTS[outcome.error] ?? 'temperror';
    return { result, mechanism: undefined, explanation: undefined, reason: outcome.text };
  }
  const { qualifier, type, val, explanation } = outcome;
  const sign = qualifier === '+' ? '' : qualifier;
  return {
    result: RESULTS[qualifier] ?? 'temperror',
    // §9.1: where no term matched.
    mechanism: type === undefined ? 'default' : `${sign}${type}${val ? `:${val}` : ''}`,
    explanation,
    reason: undefined,
  };
}

/** As mailauth throws what ends an evaluation. */
function spfError(error: string, text: string): Error {
  return Object.assign(new Error(text), { spfResult: { error, text } });
}

function outcomeIn(thrown: unknown): SpfOutcome | undefined {
  if (!(thrown instanceof Error) || !('spfResult' in thrown)) return undefined;
  return thrown.spfResult as SpfOutcome;
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}

/** An IPv4 client on an IPv6 socket. §5. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
