// The state of a first start: a configuration with every service on loopback, the demo domain and its two accounts.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { ok, type Result } from '#base/result.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';
import type { Config } from '#platform/config/schema.ts';
import { SIGNING_ALGORITHMS } from '#protocols/dkim/algorithm.ts';
import { keysOf } from './dkim/open-key-admin.ts';
import { withOfflineDirectory } from './offline-directory.ts';
import { readablePassword } from './readable-password.ts';

const DEMO_DOMAIN = 'valija.test';
export const DEMO_ACCOUNTS = [`usuario1@${DEMO_DOMAIN}`, `usuario2@${DEMO_DOMAIN}`] as const;

/** Standard ports plus 2000: no privilege is needed. */
const LISTENERS: readonly (readonly [service: string, port: number])[] = [
  ['smtp', 2025],
  ['submission', 2587],
  ['submissions', 2465],
  ['lmtp', 2024],
  ['imap', 2143],
  ['imaps', 2993],
  ['pop3', 2110],
  ['pop3s', 2995],
  ['http', 2080],
  ['https', 2443],
];

/** The demo's domain is in nobody's DNS, and there is nothing to tell of that every day. */
const NOT_IN_THE_DNS = 'domain_check_interval = "0s"\n';

export interface DemoAccount {
  readonly address: string;
  /** Known only when it was just set. */
  readonly password: string | undefined;
}

/** True when it was made now. */
export async function writeDemoConfig(file: string): Promise<boolean> {
  if (existsSync(file)) return false;
  mkdirSync(dirname(file), { recursive: true, mode: 0o750 });
  const listeners: string[] = [];
  for (const [service, wanted] of LISTENERS) {
    const port = await findFreePort(wanted);
    const note = port === wanted ? '' : ` # ${wanted} was taken when this file was written`;
    listeners.push(`[[listen]]\nservice = "${service}"\naddress = "127.0.0.1"\nport = ${port}${note}\n`);
  }
  const head = `# Valija's settings: docs/configuration.md explains each.\n\nmyhostname = "mail.${DEMO_DOMAIN}"\n${NOT_IN_THE_DNS}`;
  writeFileSync(file, `${head}\n${listeners.join('\n')}`, { mode: 0o640, flag: 'wx' });
  return true;
}

/** The wanted port, or the same a few times ten thousand higher where another program has it. */
async function findFreePort(wanted: number): Promise<number> {
  for (let port = wanted; port < 65_536; port += 10_000) {
    if (await isFree(port)) return port;
  }
  return wanted;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)));
  });
}

/** Makes what is missing of the demo domain; an account that exists keeps its password. */
export function addDemoAccounts(
  config: Config,
  givenPassword: string | undefined,
): Promise<Result<DemoAccount[], Refusal>> {
  return withOfflineDirectory(config, async (admin) => {
    const domain = await admin.addDomain(DEMO_DOMAIN, {});
    if (isFault(domain)) return domain;
    const accounts: DemoAccount[] = [];
    for (const address of DEMO_ACCOUNTS) {
      const password = givenPassword ?? readablePassword();
      const added = await admin.addAccount(address, password, {});
      if (isFault(added)) return added;
      accounts.push({ address, password: added.ok ? password : undefined });
    }
    return ok(accounts);
  });
}

/** Makes what mail of the demo domain is signed with, at the first start. */
export async function addDemoKeys(config: Config): Promise<void> {
  const keys = keysOf(config);
  if ((await keys.list(DEMO_DOMAIN)).length > 0) return;
  const wanted = {
    domain: DEMO_DOMAIN,
    selector: undefined,
    algorithms: SIGNING_ALGORITHMS,
    bits: 2048,
    asNext: false,
  };
  await keys.generate(wanted);
}

/** That it exists already is what every start but the first finds. */
function isFault<T>(outcome: Result<T, Refusal>): outcome is { readonly ok: false; readonly error: Refusal } {
  return !outcome.ok && outcome.error.code !== 'exists';
}
