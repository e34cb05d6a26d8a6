// Restrictions as a listener has them, from a few words, and what they are told of the world.

import type { SenderParameters } from '#mail/acceptance/envelope.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { FactFinder } from '#mail/ports/fact-finder.ts';
import type { Decision } from '#mail/restrictions/deliberation.ts';
import type { FactAnswer, FactQuestion } from '#mail/restrictions/fact.ts';
import { type CommandFacts, judgeCommand, type Moment, type Restrictions } from '#mail/restrictions/judge-command.ts';
import type { RecipientDestination } from '#mail/restrictions/restriction.ts';
import {
  DEFAULT_LISTS,
  parseRestrictionLists,
  type WrittenClasses,
  type WrittenLists,
} from '#mail/restrictions/restriction-lists.ts';
import { RESTRICTION_DEFAULTS, type RestrictionSettings } from '#mail/restrictions/settings.ts';
import { formatReply } from '#protocols/smtp/reply.ts';
import { addrSpec } from './directory.ts';

export interface GivenRestrictions {
  /** Besides the defaults of port 25. */
  readonly lists?: Partial<WrittenLists>;
  readonly classes?: WrittenClasses;
  readonly settings?: Partial<RestrictionSettings>;
}

const SETTINGS: RestrictionSettings = {
  ...RESTRICTION_DEFAULTS,
  mynetworks: [],
  recipient_delimiter: '+',
  relay_domains_reject_code: 554,
  unknown_local_recipient_reject_code: 550,
  unknown_relay_recipient_reject_code: 550,
  unknown_virtual_alias_reject_code: 550,
  unknown_virtual_mailbox_reject_code: 550,
  unverified_recipient_reject_code: 450,
};

export function givenRestrictions({ lists, classes = {}, settings }: GivenRestrictions = {}): Restrictions {
  const all = { ...SETTINGS, ...settings };
  const { smtpd_delay_reject } = all;
  const parsed = parseRestrictionLists({ lists: { ...DEFAULT_LISTS.smtp, ...lists }, classes, smtpd_delay_reject });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return { lists: parsed.value, settings: all };
}

/** By question, as `dns 2.2.0.192.zen.example A`, `table hash:/x key`, `client-name`; all else is not there. */
export type GivenFacts = Readonly<Record<string, FactAnswer>>;

const NOTHING: Readonly<Record<FactQuestion['kind'], FactAnswer>> = {
  'client-name': { kind: 'none' },
  dns: { kind: 'no-such-name' },
  table: { kind: 'none' },
  'policy-service': { kind: 'action', action: 'DUNNO' },
  greylist: { kind: 'known' },
  listed: { kind: 'listed' },
  verified: { kind: 'deliverable' },
  'sender-class': { kind: 'found', addressClass: 'foreign' },
  'sender-owners': { kind: 'found', accounts: [] },
  pause: { kind: 'over' },
};

export function givenAnswer(facts: GivenFacts, question: FactQuestion): FactAnswer {
  switch (question.kind) {
    case 'dns':
      return facts[`dns ${question.name} ${question.type}`] ?? NOTHING.dns;
    case 'table': {
      const key = question.keys
        .map((each) => each.toLowerCase())
        .find((each) => `table ${question.table} ${each}` in facts);
      return facts[`table ${question.table} ${key}`] ?? facts[`table ${question.table}`] ?? NOTHING.table;
    }
    case 'policy-service':
      return facts[`policy-service ${question.service}`] ?? NOTHING['policy-service'];
    default:
      return facts[question.kind] ?? NOTHING[question.kind];
  }
}

/** `asked` lists the questions in their order. */
export function givenFactFinder(facts: GivenFacts = {}): FactFinder & { readonly asked: FactQuestion[] } {
  const asked: FactQuestion[] = [];
  return {
    asked,
    async find(question) {
      asked.push(question);
      return givenAnswer(facts, question);
    },
  };
}

export const NO_PARAMETERS: SenderParameters = {
  declaredSizeBytes: undefined,
  body: '7BIT',
  smtpUtf8: false,
  auth: undefined,
  dsn: { ret: undefined, envid: undefined },
};

/** What a client did, in texts; a stranger at 192.0.2.1 writes to a user of ours unless it says otherwise. */
export interface GivenCommand {
  readonly client?: string;
  readonly clientName?: string;
  readonly helo?: string | undefined;
  readonly login?: string;
  readonly tls?: boolean;
  /** `` is the null sender. */
  readonly sender?: string;
  readonly recipient?: string;
  readonly destination?: Partial<RecipientDestination>;
  readonly recipientCount?: number;
  readonly spokeEarly?: boolean;
}

const STATES = {
  connection: 'CONNECT',
  greeting: 'EHLO',
  sender: 'MAIL',
  recipient: 'RCPT',
  data: 'DATA',
  content: 'END-OF-MESSAGE',
} as const;

export function givenCommand(moment: Moment, command: GivenCommand = {}): CommandFacts {
  const { client = '192.0.2.1', sender = 'ana@example.org', recipient = 'usuario1@valija.test', login } = command;
  const hasSender = moment !== 'connection' && moment !== 'greeting';
  const hasRecipient = moment === 'recipient' || (!EARLY.has(moment) && (command.recipientCount ?? 1) < 2);
  return {
    state: STATES[moment],
    session: {
      profile: 'smtp',
      connection: {
        connectionId: 'c1',
        clientAddress: client,
        clientPort: 40_000,
        serverAddress: '192.0.2.25',
        serverPort: 25,
        ...(command.clientName === undefined ? {} : { clientName: command.clientName }),
      },
      tls: command.tls === true ? TLS : undefined,
      helo: 'helo' in command ? command.helo : 'mx.example.org',
      extended: true,
      login: login === undefined ? undefined : { account: login as AccountId, mechanism: 'PLAIN' },
    },
    instance: 'Q1',
    sender: hasSender ? (sender === '' ? undefined : addrSpec(sender)) : null,
    parameters: hasSender ? NO_PARAMETERS : undefined,
    recipient: hasRecipient ? addrSpec(recipient) : undefined,
    recipientCount: command.recipientCount ?? (EARLY.has(moment) || moment === 'recipient' ? 0 : 1),
    sizeBytes: undefined,
    destination: hasRecipient
      ? { addressClass: 'hosted', hasSenderRoute: false, unlistedIn: undefined, ...command.destination }
      : undefined,
    spokeEarly: command.spokeEarly ?? false,
  };
}

const EARLY: ReadonlySet<Moment> = new Set<Moment>(['connection', 'greeting', 'sender']);
const TLS = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256, serverName: undefined };

export interface JudgedCase extends GivenRestrictions {
  readonly moment?: Moment;
  readonly command?: GivenCommand;
  readonly facts?: GivenFacts;
}

/** `OK`, `DUNNO` or the reply, and everything else that was said. */
export function judgeGiven({ moment = 'recipient', command, facts = {}, ...given }: JudgedCase = {}) {
  const inquiry = judgeCommand(givenRestrictions(given), moment, givenCommand(moment, command));
  const asked: FactQuestion[] = [];
  let step = inquiry.next();
  while (step.done !== true) {
    asked.push(step.value);
    step = inquiry.next(givenAnswer(facts, step.value));
  }
  const { decision, notices, actions } = step.value;
  return { said: describeDecision(decision), ground: decision?.ground, notices, actions, asked };
}

function describeDecision(decision: Decision | undefined): string {
  if (decision === undefined) return 'DUNNO';
  return decision.kind === 'permit' ? 'OK' : formatReply(decision.reply).trimEnd();
}
