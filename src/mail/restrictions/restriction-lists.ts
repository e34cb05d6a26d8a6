// The lists of restrictions, read from the settings. First match wins, as with Postfix; smtpd_restriction_classes give a name
// to a list that others, and access tables, may refer to.

import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { ServiceProfile } from '#mail/acceptance/envelope.ts';
import { splitElementWords } from './element-words.ts';
import { type ElementPlace, parseElements, type RestrictionClasses } from './parse-elements.ts';
import type { Knowledge, Resource, RestrictionElement } from './restriction.ts';

export const LIST_NAMES = [
  'smtpd_client_restrictions',
  'smtpd_helo_restrictions',
  'smtpd_sender_restrictions',
  'smtpd_relay_restrictions',
  'smtpd_recipient_restrictions',
  'smtpd_data_restrictions',
  'smtpd_end_of_data_restrictions',
] as const satisfies readonly string[];

export type ListName = (typeof LIST_NAMES)[number];

/** As the settings have them. */
export type WrittenLists = Readonly<Record<ListName, readonly string[]>>;
export type WrittenClasses = Readonly<Record<string, readonly string[]>>;

export interface RestrictionList {
  readonly name: ListName;
  readonly elements: readonly RestrictionElement[];
}

/** What one listener asks of its clients. */
export interface RestrictionLists extends Readonly<Record<ListName, RestrictionList>> {
  readonly classes: RestrictionClasses;
}

/** The mistake in a list or a class. */
export interface RestrictionMistake {
  readonly setting: string;
  /** The words as they stand there. */
  readonly element: string;
  readonly wrong: Mistake;
  /** A name that is none: the near one is for whoever shows the mistake (`RESTRICTION_NAMES`, and the classes). */
  readonly unknownName?: string;
}

const NOTHING: WrittenLists = {
  smtpd_client_restrictions: [],
  smtpd_helo_restrictions: [],
  smtpd_sender_restrictions: [],
  smtpd_relay_restrictions: [],
  smtpd_recipient_restrictions: [],
  smtpd_data_restrictions: [],
  smtpd_end_of_data_restrictions: [],
};

/**
 * What holds where nothing is configured. Port 25 is as Postfix has it. Its master.cf switches the lists off for submission
 * and says there who may send; LMTP is for mailboxes and trusts no network.
 */
export const DEFAULT_LISTS: Readonly<Record<Exclude<ServiceProfile, 'local' | 'own'>, WrittenLists>> = {
  smtp: {
    ...NOTHING,
    smtpd_relay_restrictions: ['permit_mynetworks', 'permit_sasl_authenticated', 'reject_unauth_destination'],
  },
  submission: { ...NOTHING, smtpd_relay_restrictions: ['permit_sasl_authenticated', 'reject'] },
  submissions: { ...NOTHING, smtpd_relay_restrictions: ['permit_sasl_authenticated', 'reject'] },
  lmtp: { ...NOTHING, smtpd_relay_restrictions: ['reject_unauth_destination'] },
};

interface ListTraits {
  /** What has been said when the list is asked. */
  readonly knowledge: Knowledge;
  /** `smtpd_delay_reject` puts it off until RCPT. */
  readonly canWait: boolean;
  readonly defaultAccess: string | undefined;
}

const TRAITS: Readonly<Record<ListName, ListTraits>> = {
  smtpd_client_restrictions: { knowledge: 'client', canWait: true, defaultAccess: 'check_client_access' },
  smtpd_helo_restrictions: { knowledge: 'greeting', canWait: true, defaultAccess: 'check_helo_access' },
  smtpd_sender_restrictions: { knowledge: 'sender', canWait: true, defaultAccess: 'check_sender_access' },
  smtpd_relay_restrictions: { knowledge: 'recipient', canWait: false, defaultAccess: 'check_recipient_access' },
  smtpd_recipient_restrictions: { knowledge: 'recipient', canWait: false, defaultAccess: 'check_recipient_access' },
  smtpd_data_restrictions: { knowledge: 'data', canWait: false, defaultAccess: undefined },
  smtpd_end_of_data_restrictions: { knowledge: 'data', canWait: false, defaultAccess: undefined },
};

export interface WrittenRestrictions {
  readonly lists: WrittenLists;
  readonly classes: WrittenClasses;
  readonly smtpd_delay_reject: boolean;
}

export function parseRestrictionLists({
  lists: written,
  classes: writtenClasses,
  smtpd_delay_reject,
}: WrittenRestrictions): Result<RestrictionLists, readonly RestrictionMistake[]> {
  const read = parseClasses(writtenClasses);
  if (!read.ok) return err([read.error]);
  const classes = read.value;
  const mistakes: RestrictionMistake[] = [];
  const parse = (name: ListName): RestrictionList => {
    const { knowledge, canWait, defaultAccess } = TRAITS[name];
    const known = canWait && smtpd_delay_reject ? 'recipient' : knowledge;
    const list = parseRestrictions(name, written[name], { classes, defaultAccess, knowledge: known });
    if (!list.ok) mistakes.push(list.error);
    return { name, elements: list.ok ? list.value : [] };
  };
  const lists: RestrictionLists = {
    smtpd_client_restrictions: parse('smtpd_client_restrictions'),
    smtpd_helo_restrictions: parse('smtpd_helo_restrictions'),
    smtpd_sender_restrictions: parse('smtpd_sender_restrictions'),
    smtpd_relay_restrictions: parse('smtpd_relay_restrictions'),
    smtpd_recipient_restrictions: parse('smtpd_recipient_restrictions'),
    smtpd_data_restrictions: parse('smtpd_data_restrictions'),
    smtpd_end_of_data_restrictions: parse('smtpd_end_of_data_restrictions'),
    classes,
  };
  return mistakes.length > 0 ? err(mistakes) : ok(lists);
}

function parseRestrictions(
  setting: string,
  texts: readonly string[],
  place: ElementPlace,
): Result<readonly RestrictionElement[], RestrictionMistake> {
  const words = splitElementWords(texts.join(' '));
  if (!words.ok) return err({ setting, element: texts.join(' '), wrong: words.error });
  const elements = parseElements(words.value, place);
  return elements.ok ? elements : err({ setting, ...elements.error });
}

/** A class may name those that stand before it in no particular order, but never itself. */
function parseClasses(written: WrittenClasses): Result<RestrictionClasses, RestrictionMistake> {
  const classes = new Map<string, readonly RestrictionElement[]>();
  const underWay: string[] = [];
  const parse = (name: string): RestrictionMistake | undefined => {
    const setting = `smtpd_restriction_classes.${name}`;
    if (classes.has(name)) return undefined;
    if (underWay.includes(name)) {
      return { setting, element: name, wrong: mistake('class-to-itself', { way: [...underWay, name].join(' → ') }) };
    }
    underWay.push(name);
    const texts = written[name] ?? [];
    const named = splitElementWords(texts.join(' '));
    for (const word of named.ok ? named.value : []) {
      const mistake = Object.hasOwn(written, word) ? parse(word) : undefined;
      if (mistake !== undefined) return mistake;
    }
    underWay.pop();
    const elements = parseRestrictions(setting, texts, { classes, defaultAccess: undefined, knowledge: undefined });
    if (!elements.ok) return elements.error;
    classes.set(name, elements.value);
    return undefined;
  };
  for (const name of Object.keys(written)) {
    const mistake = parse(name);
    if (mistake !== undefined) return err(mistake);
  }
  return ok(classes);
}

/** Everything that the lists, and the classes that access tables may name, need of the world; each once. */
export function resourcesOf(lists: RestrictionLists): readonly Resource[] {
  const elements = [...LIST_NAMES.map((name) => lists[name].elements), ...lists.classes.values()].flat();
  const found = new Map<string, Resource>();
  for (const { uses } of elements) for (const resource of uses) found.set(JSON.stringify(resource), resource);
  return [...found.values()];
}
