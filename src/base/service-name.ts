// How Postfix's settings name a service beside the server, such as a policy service or a milter: an endpoint, or within braces an
// endpoint and what holds for it alone.
//
//   service  = endpoint / "{" endpoint *( separator override ) "}"
//   endpoint = "inet:" host ":" port / "unix:" path
//   override = name "=" value / "{" name "=" value-with-spaces "}"

import { splitBracedWords } from './braced-words.ts';
import { parseDuration } from './duration.ts';
import { type Mistake, mistake } from './mistakes/mistake.ts';
import { err, ok, type Result } from './result.ts';

export type ServiceEndpoint =
  | { readonly kind: 'inet'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

export interface ServiceName<Settings> {
  readonly endpoint: ServiceEndpoint;
  /** As it was written, for the log: `inet:127.0.0.1:10023`. */
  readonly name: string;
  readonly overrides: Partial<Settings>;
}

/** What one override sets; `undefined` where it cannot have that value. */
export type Override<Settings> = (value: string) => Partial<Settings> | undefined;

export interface ServiceForm<Settings> {
  /** What it is called in complaints. */
  readonly what: 'service-milter' | 'service-policy';
  readonly overrides: Readonly<Record<string, Override<Settings>>>;
}

/** The error says what is wrong with it, and the right form. */
export function parseServiceName<Settings>(
  text: string,
  form: ServiceForm<Settings>,
): Result<ServiceName<Settings>, Mistake> {
  const trimmed = text.trim();
  const inBraces = trimmed.startsWith('{') && trimmed.endsWith('}');
  const words = inBraces ? splitBracedWords(trimmed.slice(1, -1)) : [trimmed];
  if (words === undefined) return err(mistake('service-braces', { text: trimmed }));
  const [name = '', ...settings] = words;
  const endpoint = parseEndpoint(name, form.what);
  if (!endpoint.ok) return endpoint;
  let overrides: Partial<Settings> = {};
  for (const setting of settings) {
    const parsed = parseOverride(setting, form.overrides);
    if (!parsed.ok) return err(mistake('service-override', { name, wrong: parsed.error }));
    overrides = { ...overrides, ...parsed.value };
  }
  return ok({ endpoint: endpoint.value, name, overrides });
}

function parseEndpoint(name: string, what: ServiceForm<unknown>['what']): Result<ServiceEndpoint, Mistake> {
  const malformed = mistake('service-malformed', { name: JSON.stringify(name), what: mistake(what) });
  // `local:` is how milters themselves say it.
  const [, path] = /^(?:unix|local):(.*)$/.exec(name) ?? [];
  if (path !== undefined) {
    return path.startsWith('/') ? ok({ kind: 'unix', path }) : err(mistake('service-path', { malformed }));
  }
  if (/^inet6?:\d+@/.test(name)) return err(mistake('service-port-first', { malformed }));
  const match = /^inet:(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+):(\d{1,5})$/.exec(name);
  const [host = '', port] = match?.slice(1) ?? [];
  if (port === undefined || Number(port) < 1 || Number(port) > 65_535) return err(malformed);
  return ok({ kind: 'inet', host: host.startsWith('[') ? host.slice(1, -1) : host, port: Number(port) });
}

function parseOverride<Settings>(
  setting: string,
  overrides: ServiceForm<Settings>['overrides'],
): Result<Partial<Settings>, Mistake> {
  const equals = setting.indexOf('=');
  const name = setting.slice(0, Math.max(0, equals)).trim();
  const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
  if (override === undefined) {
    const known = Object.keys(overrides).join(', ');
    return err(mistake('override-unknown', { setting: JSON.stringify(setting), known }));
  }
  const parsed = override(setting.slice(equals + 1).trim());
  return parsed === undefined ? err(mistake('override-value', { setting: JSON.stringify(setting) })) : ok(parsed);
}

export function timeOverride<Settings>(set: (ms: number) => Partial<Settings>): Override<Settings> {
  return (value) => {
    const ms = parseDuration(value);
    return ms === undefined ? undefined : set(ms);
  };
}

export function countOverride<Settings>(set: (value: number) => Partial<Settings>, least: number): Override<Settings> {
  return (value) => (/^\d{1,9}$/.test(value) && Number(value) >= least ? set(Number(value)) : undefined);
}
