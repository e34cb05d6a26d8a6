// One LDAP server: searches under the settings' own name, and tries of other names and passwords, each on connections of
// their own, since a bind changes whose connection it is (RFC 4511 §4.2.1). Opened when needed, used by one question at a time.

import { readFileSync } from 'node:fs';
import type { Client, SearchOptions } from 'ldapts';
import type { Attributes } from '#mail/directory-sources/attribute-map.ts';
import { inTime } from './deadline.ts';
import { OutOfReach } from './failover.ts';
import { Turns } from './turns.ts';

export interface LdapServerSettings {
  readonly uri: string;
  readonly startTls: boolean;
  readonly caFile: string | undefined;
  readonly requireCertificate: boolean;
  readonly dn: string;
  readonly password: string;
  readonly timeoutMs: number;
  readonly connectionLimit: number;
  readonly waitingLimit: number;
}

export interface LdapSearch {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: string;
  readonly attributes: readonly string[];
  /** Whether a base that is not there is an answer, as where it hangs on what is asked, or a mistake. */
  readonly mayLackBase: boolean;
  /** More entries are not looked at. */
  readonly mostEntries: number;
}

export interface LdapEntry {
  readonly dn: string;
  readonly attributes: Attributes;
}

const PAGE_ENTRIES = 500;
/** RFC 4511 §4.1.9. */
const NO_SUCH_OBJECT = 32;
const INVALID_CREDENTIALS = 49;
/** `busy`, `unavailable`, `unwillingToPerform` of a server that shuts down, and a limit of its own: another server may answer. */
const ELSEWHERE = new Set([3, 11, 51, 52]);

type Ldapts = typeof import('ldapts');

export class LdapClient implements AsyncDisposable {
  readonly #settings: LdapServerSettings;
  readonly #turns: { readonly search: Turns; readonly bind: Turns };
  readonly #idle: { readonly search: Client[]; readonly bind: Client[] } = { search: [], bind: [] };
  #library: Ldapts | undefined;
  #closed = false;

  constructor(settings: LdapServerSettings) {
    this.#settings = settings;
    const { connectionLimit: atOnce, waitingLimit: waiting, timeoutMs: waitMs } = settings;
    this.#turns = { search: new Turns({ atOnce, waiting, waitMs }), bind: new Turns({ atOnce, waiting, waitMs }) };
  }

  /** Throws OutOfReach, or an Error that the server's own words explain. */
  search(wanted: LdapSearch): Promise<LdapEntry[]> {
    return this.#withConnection('search', async (client, { NoSuchObjectError }) => {
      const { dn, password } = this.#settings;
      if (dn !== '' && !client.isBound) await client.bind(dn, password);
      try {
        return await readEntries(client, wanted);
      } catch (error) {
        if (wanted.mayLackBase && error instanceof NoSuchObjectError) return [];
        throw error;
      }
    });
  }

  /** Whether the server lets this name in with this secret, which is not empty. */
  tryBind(dn: string, secret: string): Promise<boolean> {
    return this.#withConnection('bind', async (client, { ResultCodeError }) => {
      try {
        await client.bind(dn, secret);
        return true;
      } catch (error) {
        if (error instanceof ResultCodeError && [INVALID_CREDENTIALS, NO_SUCH_OBJECT].includes(error.code))
          return false;
        throw error;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const client of [...this.#idle.search.splice(0), ...this.#idle.bind.splice(0)]) drop(client);
  }

  async #withConnection<T>(
    purpose: 'search' | 'bind',
    work: (client: Client, ldapts: Ldapts) => Promise<T>,
  ): Promise<T> {
    const { uri, timeoutMs } = this.#settings;
    return await this.#turns[purpose].take(uri, async () => {
      // Not its promise: what failed once, for want of a descriptor, is tried again.
      this.#library ??= await import('ldapts');
      const ldapts = this.#library;
      const client = this.#idle[purpose].pop() ?? this.#open(ldapts);
      try {
        const answer = (async () => {
          await this.#secure(client);
          return await work(client, ldapts);
        })();
        const found = await inTime(answer, timeoutMs, uri, () => drop(client));
        this.#putBack(purpose, client);
        return found;
      } catch (error) {
        drop(client);
        throw failureOf(error, uri, ldapts);
      }
    });
  }

  #open({ Client }: Ldapts): Client {
    const { uri, timeoutMs, startTls } = this.#settings;
    // Each question has its own time; the library's would end the connection without saying so.
    const tls = uri.startsWith('ldaps:') && !startTls ? { tlsOptions: this.#tlsOptions() } : {};
    return new Client({ url: uri, connectTimeout: timeoutMs, ...tls });
  }

  /** A connection that the server closed is opened again without TLS: nothing may be said on it before. */
  async #secure(client: Client): Promise<void> {
    if (this.#settings.startTls && !client.isConnected) await client.startTLS(this.#tlsOptions());
  }

  #tlsOptions() {
    const { uri, caFile, requireCertificate } = this.#settings;
    const { hostname } = new URL(uri);
    return {
      host: hostname,
      ...(/^[\d.[]/.test(hostname) ? {} : { servername: hostname }),
      rejectUnauthorized: requireCertificate,
      ...(caFile !== undefined && { ca: readFileSync(caFile) }),
    };
  }

  #putBack(purpose: 'search' | 'bind', client: Client): void {
    if (this.#closed) drop(client);
    else this.#idle[purpose].push(client);
  }
}

async function readEntries(client: Client, wanted: LdapSearch): Promise<LdapEntry[]> {
  const { base, scope, filter, attributes, mostEntries } = wanted;
  const options: SearchOptions = { scope, filter, attributes: [...attributes], sizeLimit: mostEntries };
  const found: Awaited<ReturnType<Client['search']>>['searchEntries'] = [];
  if (mostEntries <= PAGE_ENTRIES) found.push(...(await client.search(base, options)).searchEntries);
  else {
    for await (const page of client.searchPaginated(base, {
      ...options,
      sizeLimit: 0,
      paged: { pageSize: PAGE_ENTRIES },
    })) {
      found.push(...page.searchEntries);
      if (found.length >= mostEntries) break;
    }
  }
  return found.map(({ dn, ...values }) => ({ dn, attributes: readAttributes(values) }));
}

function readAttributes(values: Readonly<Record<string, unknown>>): Attributes {
  return new Map(
    Object.entries(values).map(([name, value]) => {
      const all: unknown[] = Array.isArray(value) ? value : [value];
      return [name.toLowerCase(), all.map((one) => (Buffer.isBuffer(one) ? one.toString() : String(one)))];
    }),
  );
}

/** A mistake in the settings is no reason to ask another server. */
function failureOf(error: unknown, uri: string, { ResultCodeError }: Ldapts): Error {
  if (error instanceof OutOfReach) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ResultCodeError && !ELSEWHERE.has(error.code))
    return new Error(`${uri}: ${message}`, { cause: error });
  return new OutOfReach(`${uri}: ${message}`, { cause: error });
}

/** Whatever it still waits for. */
function drop(client: Client): void {
  client.unbind().catch(() => undefined);
}
