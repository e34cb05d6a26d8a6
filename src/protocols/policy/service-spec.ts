// How `check_policy_service` names a policy service, in Postfix's form: an endpoint, or within braces an endpoint and what
// holds for it alone.
//
//   service  = endpoint / "{" endpoint *( separator override ) "}"
//   endpoint = "inet:" host ":" port / "unix:" path
//   override = name "=" value / "{" name "=" value-with-spaces "}"

import { splitBracedWords } from '#base/braced-words.ts';
import { parseDuration } from '#base/duration.ts';
import { err, ok, type Result } from '#base/result.ts';

export type PolicyEndpoint =
  | { readonly kind: 'inet'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** Postfix's `smtpd_policy_service_…`, for one service. */
export interface PolicyServiceSettings {
  readonly maxIdleMs: number;
  readonly maxTtlMs: number;
  /** Of one connection; 0 is no limit. */
  readonly requestLimit: number;
  readonly retryDelayMs: number;
  readonly timeoutMs: number;
  readonly tryLimit: number;
  /** What it would have said, where it cannot be asked. */
  readonly defaultAction: string;
  readonly policyContext: string;
}

export interface PolicyServiceSpec {
  readonly endpoint: PolicyEndpoint;
  /** As it was written, for the log: `inet:127.0.0.1:10023`. */
  readonly name: string;
  readonly overrides: Partial<PolicyServiceSettings>;
}

type Override = (value: string) => Partial<PolicyServiceSettings> | undefined;

const OVERRIDES: Readonly<Record<string, Override>> = {
  max_idle: time((maxIdleMs) => ({ maxIdleMs })),
  max_ttl: time((maxTtlMs) => ({ maxTtlMs })),
  request_limit: count((requestLimit) => ({ requestLimit }), 0),
  retry_delay: time((retryDelayMs) => ({ retryDelayMs })),
  timeout: time((timeoutMs) => ({ timeoutMs })),
  try_limit: count((tryLimit) => ({ tryLimit }), 1),
  default_action: (defaultAction) => ({ defaultAction }),
  policy_context: (policyContext) => ({ policyContext }),
};

/** The error says what is wrong with it, and the right form. */
export function parsePolicyService(text: string): Result<PolicyServiceSpec, string> {
  const trimmed = text.trim();
  const inBraces = trimmed.startsWith('{') && trimmed.endsWith('}');
  const words = inBraces ? splitBracedWords(trimmed.slice(1, -1)) : [trimmed];
  if (words === undefined) return err(`${trimmed}: braces that do not match`);
  const [name = '', ...settings] = words;
  const endpoint = parseEndpoint(name);
  if (!endpoint.ok) return endpoint;
  let overrides: Partial<PolicyServiceSettings> = {};
  for (const setting of settings) {
    const parsed = parseOverride(setting);
    if (!parsed.ok) return err(`${name}: ${parsed.error}`);
    overrides = { ...overrides, ...parsed.value };
  }
  return ok({ endpoint: endpoint.value, name, overrides });
}

function parseEndpoint(name: string): Result<PolicyEndpoint, string> {
  const form = `${JSON.stringify(name)} is no policy service; the forms are inet:HOST:PORT and unix:/PATH`;
  if (name.startsWith('unix:')) {
    const path = name.slice('unix:'.length);
    return path.startsWith('/') ? ok({ kind: 'unix', path }) : err(`${form}, where the path begins with a slash`);
  }
  const match = /^inet:(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+):(\d{1,5})$/.exec(name);
  const [host = '', port] = match?.slice(1) ?? [];
  if (port === undefined || Number(port) < 1 || Number(port) > 65_535) return err(form);
  return ok({ kind: 'inet', host: host.startsWith('[') ? host.slice(1, -1) : host, port: Number(port) });
}

function parseOverride(setting: string): Result<Partial<PolicyServiceSettings>, string> {
  const equals = setting.indexOf('=');
  const name = setting.slice(0, Math.max(0, equals)).trim();
  const override = Object.hasOwn(OVERRIDES, name) ? OVERRIDES[name] : undefined;
  if (override === undefined) {
    return err(`${JSON.stringify(setting)} is none of its settings: ${Object.keys(OVERRIDES).join(', ')}`);
  }
  const parsed = override(setting.slice(equals + 1).trim());
  return parsed === undefined ? err(`${JSON.stringify(setting)} has no such value`) : ok(parsed);
}

function time(set: (ms: number) => Partial<PolicyServiceSettings>): Override {
  return (value) => {
    const ms = parseDuration(value);
    return ms === undefined ? undefined : set(ms);
  };
}

function count(set: (value: number) => Partial<PolicyServiceSettings>, least: number): Override {
  return (value) => (/^\d{1,9}$/.test(value) && Number(value) >= least ? set(Number(value)) : undefined);
}
