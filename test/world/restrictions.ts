// Restrictions as a listener has them, from a few words, and what they are told of the world.

import type { FactFinder } from '#mail/ports/fact-finder.ts';
import type { FactAnswer, FactQuestion } from '#mail/restrictions/fact.ts';
import type { Restrictions } from '#mail/restrictions/judge-command.ts';
import {
  DEFAULT_LISTS,
  parseRestrictionLists,
  type WrittenClasses,
  type WrittenLists,
} from '#mail/restrictions/restriction-lists.ts';
import { RESTRICTION_DEFAULTS, type RestrictionSettings } from '#mail/restrictions/settings.ts';

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
