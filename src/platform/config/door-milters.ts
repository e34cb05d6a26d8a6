// The milters that hold at one door, and for what is posted on this machine, out of the settings. What was checked cannot fail.

import type { DoorMilters, MilterList } from '#mail/milters/door-milters.ts';
import type { Milter } from '#mail/ports/milter.ts';
import { bareName } from '#protocols/milter/command.ts';
import type { MacroLists } from '#protocols/milter/negotiation.ts';
import { parseMilter, parseMilterProtocol } from '#protocols/milter/service-spec.ts';
import type { Config, Listen } from './schema.ts';

/** `undefined` where none are asked. Mail that comes by LMTP has passed the doors of a server in front of us. */
export function smtpdMilters(entry: Listen, config: Config): DoorMilters | undefined {
  const general = entry.service === 'lmtp' ? [] : config.smtpd_milters;
  const myhostname = entry.myhostname ?? config.myhostname;
  return doorMilters('smtpd_milters', entry.smtpd_milters ?? general, { ...config, myhostname });
}

export function nonSmtpdMilters(config: Config): DoorMilters | undefined {
  return doorMilters('non_smtpd_milters', config.non_smtpd_milters, config);
}

function doorMilters(list: MilterList, texts: readonly string[], config: Config): DoorMilters | undefined {
  if (texts.length === 0) return undefined;
  return {
    list,
    milters: texts.map((text) => milterOf(text, config)),
    macros: {
      myhostname: config.myhostname,
      daemonName: config.milter_macro_daemon_name ?? config.myhostname,
      version: config.milter_macro_v,
      defaults: new Map(config.milter_macro_defaults.map(readDefault)),
    },
    seesOwnMail: config.internal_mail_filter_classes.length > 0,
  };
}

function milterOf(text: string, config: Config): Milter {
  const parsed = parseMilter(text);
  const protocol = parseMilterProtocol(config.milter_protocol);
  if (!parsed.ok || protocol === undefined) throw new Error(`a milter that was not checked: ${text}`);
  const { name, endpoint, overrides } = parsed.value;
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
