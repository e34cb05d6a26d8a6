// May this client come in, and may it speak to us? Admission is decided before a byte is read, by how many are here
// already, the same for every door; the SMTP greeting after it (RFC 5321 §3.1), where block lists will be further rules.

import type { ServiceProfile } from '#mail/acceptance/envelope.ts';
import { reply } from '#protocols/smtp/reply.ts';
import { firstVerdict, type Judgement, permit, type Rule, reject } from './rule.ts';
import type { Verdict } from './verdict.ts';

/** Limits of one door; 0 is no limit, as with Postfix. A network is one IPv4 address, or one /64 of IPv6. */
export interface VisitorLimits {
  /** Whose settings hold at this door: Postfix's, those for reading mail, or those for the web. */
  readonly family: 'smtpd' | 'mail' | 'http';
  /** Open connections at all doors together. */
  readonly inAll: number;
  /** Open connections at this door: what floods one door leaves room at the others. */
  readonly atDoor: number;
  /** Open connections of one network at this door. */
  readonly ofNetwork: number;
  /** Connections of one network in a minute, refused ones counted. */
  readonly arrivals: number;
  /** Messages that one network begins in a minute. */
  readonly messages: number;
  /** Sessions of one account from one network. */
  readonly ofAccount: number;
}

/** What the limits are held against; each includes the newcomer. */
export interface Crowd {
  readonly inAll: number;
  readonly atDoor: number;
  readonly ofNetwork: number;
  readonly arrivals: number;
}

/** Why somebody is turned away, for now. */
export interface Limitation {
  /** The setting's name. */
  readonly rule: string;
  /** How many there were, and how many there may be. */
  readonly count: number;
  readonly limit: number;
  /** One network has too many; otherwise all of them together. */
  readonly aboutNetwork: boolean;
}

interface AdmissionRule {
  readonly smtpd: string;
  readonly mail: string;
  readonly http: string;
  readonly counts: keyof Crowd;
  readonly aboutNetwork: boolean;
}

const ADMISSION: readonly AdmissionRule[] = [
  {
    smtpd: 'smtpd_client_connection_count_limit',
    mail: 'mail_client_connection_count_limit',
    http: 'http_client_connection_count_limit',
    counts: 'ofNetwork',
    aboutNetwork: true,
  },
  {
    smtpd: 'smtpd_client_connection_rate_limit',
    mail: 'mail_client_connection_rate_limit',
    http: 'http_client_connection_rate_limit',
    counts: 'arrivals',
    aboutNetwork: true,
  },
  { ...allFamilies('service_connection_limit'), counts: 'atDoor', aboutNetwork: false },
  { ...allFamilies('connection_limit'), counts: 'inAll', aboutNetwork: false },
];

function allFamilies(name: string): Record<VisitorLimits['family'], string> {
  return { smtpd: name, mail: name, http: name };
}

/** `excepted`: a network of our own, to which only the limits of the whole server apply. First match decides. */
export function decideAdmission(crowd: Crowd, limits: VisitorLimits, excepted: boolean): Limitation | undefined {
  for (const rule of ADMISSION) {
    const { counts, aboutNetwork } = rule;
    if (excepted && aboutNetwork) continue;
    const [count, limit] = [crowd[counts], limits[counts]];
    if (exceeds(count, limit)) return { rule: rule[limits.family], count, limit, aboutNetwork };
  }
  return undefined;
}

export function decideMessageRate(messages: number, limits: VisitorLimits, excepted: boolean): Limitation | undefined {
  if (excepted || !exceeds(messages, limits.messages)) return undefined;
  return { rule: 'smtpd_client_message_rate_limit', count: messages, limit: limits.messages, aboutNetwork: true };
}

export function decideAccountSessions(
  sessions: number,
  limits: VisitorLimits,
  excepted: boolean,
): Limitation | undefined {
  if (excepted || !exceeds(sessions, limits.ofAccount)) return undefined;
  return { rule: 'mail_max_userip_connections', count: sessions, limit: limits.ofAccount, aboutNetwork: true };
}

function exceeds(count: number, limit: number): boolean {
  return limit > 0 && count > limit;
}

/** What becomes of who talks before the greeting: nothing is taken, or the connection ends. */
export type GreetAction = 'enforce' | 'drop';

export interface ConnectionDecisionFacts {
  readonly profile: ServiceProfile;
  readonly myhostname: string;
  /** Set where the client talked before the greeting. */
  readonly spokeFirst?: GreetAction | undefined;
}

export const connectionRules: readonly Rule<ConnectionDecisionFacts>[] = [
  { name: 'postscreen_greet_action', judge: rejectWhoSpokeFirst },
];

/** RFC 5321 §3.1: the client waits for the greeting. With 521 the connection ends, as Postfix has it. */
function rejectWhoSpokeFirst({ spokeFirst }: ConnectionDecisionFacts): Judgement | undefined {
  if (spokeFirst === undefined) return undefined;
  return reject(reply(spokeFirst === 'drop' ? 521 : 550, '5.5.1', 'Protocol error'));
}

export function decideConnection(facts: ConnectionDecisionFacts): Verdict {
  return firstVerdict(connectionRules, facts) ?? { rule: 'permit', ...permit(greeting(facts)) };
}

/** The greeting bears no enhanced code. RFC 2034 §4. */
function greeting({ profile, myhostname }: ConnectionDecisionFacts) {
  return { code: 220, lines: [`${myhostname} ${profile === 'lmtp' ? 'LMTP' : 'ESMTP'} Valija`] };
}
