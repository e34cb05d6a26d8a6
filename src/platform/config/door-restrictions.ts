// What holds at one door: the lists of its `[[listen]]` entry, else those of its service. They are read twice, when the file is
// checked and when the door is opened; what was checked cannot fail.

import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { Restrictions } from '#mail/restrictions/judge-command.ts';
import type { Resource } from '#mail/restrictions/restriction.ts';
import {
  DEFAULT_LISTS,
  LIST_NAMES,
  type ListName,
  parseRestrictionLists,
  type RestrictionLists,
  type RestrictionMistake,
  resourcesOf,
  type WrittenLists,
} from '#mail/restrictions/restriction-lists.ts';
import { RESTRICTION_NAMES } from '#mail/restrictions/restriction-table.ts';
import type { RestrictionSettings } from '#mail/restrictions/settings.ts';
import { findKeyLine } from './key-lines.ts';
import { findNearWord } from './near-word.ts';
import type { Config, Listen } from './schema.ts';
import type { ConfigComplaint } from './toml-text.ts';

/** Whom the door knows by their addresses. */
export type Neighbours = Pick<RestrictionSettings, 'mynetworks' | 'ownAddresses'>;

/** Throws for what is no door for mail, and for lists that were not checked. */
export function doorRestrictions(entry: Listen, config: Config, neighbours: Neighbours): Restrictions {
  const lists = readLists(entry, config);
  if (!lists?.ok) throw new Error(`the restrictions of ${entry.service} were not checked`);
  const smtpd_delay_reject = entry.smtpd_delay_reject ?? config.smtpd_delay_reject;
  return { lists: lists.value, settings: { ...config, ...neighbours, smtpd_delay_reject } };
}

/** Everything that the doors need of the world. */
export function restrictionResources(config: Config): readonly Resource[] {
  const named = [...config.rbl_reply_maps, ...config.smtpd_sender_login_maps];
  const tables = named.map((name): Resource => ({ kind: 'table', name }));
  return [
    ...tables,
    ...config.listen.flatMap((entry) => {
      const lists = readLists(entry, config);
      return lists?.ok ? resourcesOf(lists.value) : [];
    }),
  ];
}

export function checkRestrictions(config: Config, text: string, file: string): ConfigComplaint[] {
  const complaints = config.listen.flatMap((entry, at) => {
    const lists = readLists(entry, config);
    if (lists === undefined || lists.ok) return [];
    return lists.error.map((found) => {
      const path = pathOf(found, entry, at);
      return {
        file,
        line: findKeyLine(text, path),
        key: path.map(shownPart).join(''),
        wrong: describe(found, config),
      };
    });
  });
  // What stands at the top of the file holds at several doors.
  return [...new Map(complaints.map((complaint) => [JSON.stringify(complaint), complaint])).values()];
}

/** `undefined` for what is no door for mail. */
export function readLists(
  entry: Listen,
  config: Config,
): Result<RestrictionLists, readonly RestrictionMistake[]> | undefined {
  const { service } = entry;
  if (!isMailDoor(service)) return undefined;
  const general: WrittenLists = service === 'smtp' ? config : DEFAULT_LISTS[service];
  const lists = { ...general };
  for (const name of LIST_NAMES) lists[name] = entry[name] ?? general[name];
  const smtpd_delay_reject = entry.smtpd_delay_reject ?? config.smtpd_delay_reject;
  const read = parseRestrictionLists({ lists, classes: config.smtpd_restriction_classes, smtpd_delay_reject });
  return read.ok ? ok(read.value) : err(read.error);
}

function isMailDoor(service: Listen['service']): service is keyof typeof DEFAULT_LISTS & Listen['service'] {
  return Object.hasOwn(DEFAULT_LISTS, service);
}

function pathOf({ setting }: RestrictionMistake, entry: Listen, at: number): readonly (string | number)[] {
  const isOwn = LIST_NAMES.some((name) => name === setting && entry[name satisfies ListName] !== undefined);
  return isOwn ? ['listen', at, setting] : setting.split('.');
}

function shownPart(part: string | number, at: number): string {
  return typeof part === 'number' ? `[${part + 1}]` : `${at > 0 ? '.' : ''}${part}`;
}

function describe({ element, wrong, unknownName }: RestrictionMistake, config: Config): Mistake {
  const known = [...RESTRICTION_NAMES, ...Object.keys(config.smtpd_restriction_classes)];
  const near = unknownName === undefined ? undefined : findNearWord(unknownName.toLowerCase(), known);
  const facts = { element: JSON.stringify(element), wrong };
  return near === undefined
    ? mistake('restriction-element', facts)
    : mistake('restriction-element-near', { ...facts, near });
}
