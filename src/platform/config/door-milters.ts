// The milters that hold at one door, and for what is posted on this machine, out of the settings. What was checked cannot fail.

import { type Mistake, mistakeInEnglish } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { DoorMilters, MilterList } from '#mail/milters/door-milters.ts';
import type { MilterMaps } from '#mail/milters/milter-maps.ts';
import type { Milter } from '#mail/ports/milter.ts';
import { bareName } from '#protocols/milter/command.ts';
import type { MacroLists } from '#protocols/milter/negotiation.ts';
import { type MilterSpec, parseMilter, parseMilterList, parseMilterProtocol } from '#protocols/milter/service-spec.ts';
import type { Config, Listen } from './schema.ts';

/** `undefined` where none are asked. Mail that comes by LMTP has passed the doors of a server in front of us. */
export function smtpdMilters(entry: Listen, config: Config): DoorMilters | undefined {
  const isLmtp = entry.service === 'lmtp';
  const texts = entry.smtpd_milters ?? (isLmtp ? [] : config.smtpd_milters);
  const tables = entry.smtpd_milter_maps ?? (isLmtp ? [] : config.smtpd_milter_maps);
  const myhostname = entry.myhostname ?? config.myhostname;
  const read = (value: string) => readMapped(value, config);
  const maps = tables.length === 0 ? undefined : { tables, read };
  return doorMilters('smtpd_milters', texts, { ...config, myhostname }, maps);
}

/** What is looked up for milters. */
export function milterTables(config: Config): readonly string[] {
  const { smtpd_milter_maps, milter_header_checks, listen } = config;
  return [
    ...milter_header_checks,
    ...smtpd_milter_maps,
    ...listen.flatMap(({ smtpd_milter_maps = [] }) => smtpd_milter_maps),
  ];
}

export function nonSmtpdMilters(config: Config): DoorMilters | undefined {
  return doorMilters('non_smtpd_milters', config.non_smtpd_milters, config);
}

function doorMilters(
  list: MilterList,
  texts: readonly string[],
  config: Config,
  maps?: MilterMaps,
): DoorMilters | undefined {
  if (texts.length === 0 && maps === undefined) return undefined;
  return {
    list,
    milters: texts.map((text) => milterOf(checked(parseMilter(text)), config)),
    maps,
    headerChecks: config.milter_header_checks,
    macros: {
      myhostname: config.myhostname,
      daemonName: config.milter_macro_daemon_name ?? config.myhostname,
      version: config.milter_macro_v,
      defaults: new Map(config.milter_macro_defaults.map(readDefault)),
    },
    seesOwnMail: config.internal_mail_filter_classes.length > 0,
  };
}

/** What an entry of `smtpd_milter_maps` says. */
function readMapped(value: string, config: Config): Result<readonly Milter[], string> {
  if (value.trim().toUpperCase() === 'DISABLE') return ok([]);
  const parsed = parseMilterList(value);
  return parsed.ok ? ok(parsed.value.map((spec) => milterOf(spec, config))) : err(mistakeInEnglish(parsed.error));
}

function checked<Value>(parsed: Result<Value, Mistake>): Value {
  if (!parsed.ok) throw new Error(`it was not checked: ${mistakeInEnglish(parsed.error)}`);
  return parsed.value;
}

function milterOf({ name, endpoint, overrides }: MilterSpec, config: Config): Milter {
  const protocol = parseMilterProtocol(config.milter_protocol);
  if (protocol === undefined) throw new Error(`a protocol that was not checked: ${config.milter_protocol}`);
  return {
    name,
    endpoint,
    connectTimeoutMs: config.milter_connect_timeout,
    commandTimeoutMs: config.milter_command_timeout,
    contentTimeoutMs: config.milter_content_timeout,
    progressTimeoutMs: config.milter_progress_timeout,
    defaultAction: config.milter_default_action,
    protocol,
    macros: macroLists(config),
    ...overrides,
  };
}

function macroLists(config: Config): MacroLists {
  return {
    connect: config.milter_connect_macros,
    helo: config.milter_helo_macros,
    mail: config.milter_mail_macros,
    recipient: config.milter_rcpt_macros,
    data: config.milter_data_macros,
    'end-of-header': config.milter_end_of_header_macros,
    'end-of-message': config.milter_end_of_data_macros,
  };
}

function readDefault(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  return [bareName(text.slice(0, equals)), text.slice(equals + 1)];
}
