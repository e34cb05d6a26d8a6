// How `smtpd_milters` names a milter, in Postfix's form: an endpoint, or within braces an endpoint and what holds for it alone.
//
//   milter   = endpoint / "{" endpoint *( separator override ) "}"
//   endpoint = "inet:" host ":" port / ( "unix:" / "local:" ) path
//   override = name "=" value / "{" name "=" value-with-spaces "}"

import { splitBracedWords } from '#base/braced-words.ts';
import { parseDuration } from '#base/duration.ts';
import { err, ok, type Result } from '#base/result.ts';
import { PROTOCOL_VERSIONS, type ProtocolVersion } from './negotiation.ts';

export type MilterEndpoint =
  | { readonly kind: 'inet'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** What becomes of mail where the milter cannot be asked, or says what nobody understands. */
export const DEFAULT_ACTIONS = ['accept', 'reject', 'tempfail', 'quarantine', 'shutdown'] as const;
export type MilterDefaultAction = (typeof DEFAULT_ACTIONS)[number];

/** Postfix's `milter_…`, for one milter. */
export interface MilterServiceSettings {
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
  readonly contentTimeoutMs: number;
  readonly defaultAction: MilterDefaultAction;
  readonly protocol: MilterProtocol;
}

export interface MilterProtocol {
  readonly version: ProtocolVersion;
  readonly noHeaderReply: boolean;
}

export interface MilterSpec {
  readonly endpoint: MilterEndpoint;
  /** As it was written, for the log: `inet:127.0.0.1:8891`. */
  readonly name: string;
  readonly overrides: Partial<MilterServiceSettings>;
}

type Override = (value: string) => Partial<MilterServiceSettings> | undefined;

const OVERRIDES: Readonly<Record<string, Override>> = {
  connect_timeout: time((connectTimeoutMs) => ({ connectTimeoutMs })),
  command_timeout: time((commandTimeoutMs) => ({ commandTimeoutMs })),
  content_timeout: time((contentTimeoutMs) => ({ contentTimeoutMs })),
  default_action: (value) => {
    const defaultAction = DEFAULT_ACTIONS.find((action) => action === value);
    return defaultAction && { defaultAction };
  },
  protocol: (value) => {
    const protocol = parseMilterProtocol(value);
    return protocol && { protocol };
  },
};

/** The error says what is wrong with it, and the right form. */
export function parseMilter(text: string): Result<MilterSpec, string> {
  const trimmed = text.trim();
  const inBraces = trimmed.startsWith('{') && trimmed.endsWith('}');
  const words = inBraces ? splitBracedWords(trimmed.slice(1, -1)) : [trimmed];
  if (words === undefined) return err(`${trimmed}: braces that do not match`);
  const [name = '', ...settings] = words;
  const endpoint = parseEndpoint(name);
  if (!endpoint.ok) return endpoint;
  let overrides: Partial<MilterServiceSettings> = {};
  for (const setting of settings) {
    const parsed = parseOverride(setting);
    if (!parsed.ok) return err(`${name}: ${parsed.error}`);
    overrides = { ...overrides, ...parsed.value };
  }
  return ok({ endpoint: endpoint.value, name, overrides });
}

/** `6`, or a version and `no_header_reply`; `undefined` for anything else. */
export function parseMilterProtocol(text: string): MilterProtocol | undefined {
  const words = splitBracedWords(text) ?? [];
  const numbers = words.filter((word) => word !== NO_HEADER_REPLY);
  const version = PROTOCOL_VERSIONS.find((each) => String(each) === numbers[0]);
  if (version === undefined || numbers.length > 1) return undefined;
  return { version, noHeaderReply: words.includes(NO_HEADER_REPLY) };
}

const NO_HEADER_REPLY = 'no_header_reply';

function parseEndpoint(name: string): Result<MilterEndpoint, string> {
  const form = `${JSON.stringify(name)} is no milter; the forms are inet:HOST:PORT and unix:/PATH`;
  const [, path] = /^(?:unix|local):(.*)$/.exec(name) ?? [];
  if (path !== undefined) {
    return path.startsWith('/') ? ok({ kind: 'unix', path }) : err(`${form}, where the path begins with a slash`);
  }
  if (/^inet6?:\d+@/.test(name)) return err(`${form}; PORT@HOST is how milters name where they listen`);
  const match = /^inet:(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+):(\d{1,5})$/.exec(name);
  const [host = '', port] = match?.slice(1) ?? [];
  if (port === undefined || Number(port) < 1 || Number(port) > 65_535) return err(form);
  return ok({ kind: 'inet', host: host.startsWith('[') ? host.slice(1, -1) : host, port: Number(port) });
}

function parseOverride(setting: string): Result<Partial<MilterServiceSettings>, string> {
  const equals = setting.indexOf('=');
  const name = setting.slice(0, Math.max(0, equals)).trim();
  const override = Object.hasOwn(OVERRIDES, name) ? OVERRIDES[name] : undefined;
  if (override === undefined) {
    return err(`${JSON.stringify(setting)} is none of its settings: ${Object.keys(OVERRIDES).join(', ')}`);
  }
  const parsed = override(setting.slice(equals + 1).trim());
  return parsed === undefined ? err(`${JSON.stringify(setting)} has no such value`) : ok(parsed);
}

function time(set: (ms: number) => Partial<MilterServiceSettings>): Override {
  return (value) => {
    const ms = parseDuration(value);
    return ms === undefined ? undefined : set(ms);
  };
}
