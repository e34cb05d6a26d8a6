// Accounts in a database, by Dovecot's queries: columns are named for fields. What a stranger wrote is a bound value, never a
// part of the query.

import { WorldError } from '#base/world-error.ts';
import type { Fields } from '#mail/directory-sources/account-fields.ts';
import type { BoundQuery } from '#mail/directory-sources/bound-query.ts';
import { expandTemplate, type TemplatePart } from '#mail/directory-sources/variables.ts';
import { parseAddress } from '#platform/directory/addresses.ts';
import { inTurns } from '#platform/tables/in-turns.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { Backend, ListedAnswer, LoginAnswer } from './backend.ts';
import type { Failover } from './failover.ts';
import type { SqlClient, SqlRows } from './sql-client.ts';

export type AddressQuery = BoundQuery<TemplatePart>;

export interface SqlQueries {
  /** One of the two is there. */
  readonly user: AddressQuery | undefined;
  readonly login: AddressQuery | undefined;
  readonly alias: AddressQuery | undefined;
  readonly list: AddressQuery | undefined;
  /** Its first column. */
  readonly domains: AddressQuery | undefined;
}

/** For a question that hangs on no address. */
const NOBODY: AddrSpec = { localPart: '', domain: '' };

export class SqlBackend implements Backend {
  readonly list?: (domains: readonly string[]) => AsyncGenerator<ListedAnswer>;
  readonly listDomains?: () => Promise<string[]>;
  readonly #name: string;
  readonly #servers: Failover<SqlClient>;
  readonly #queries: SqlQueries;

  constructor(name: string, servers: Failover<SqlClient>, queries: SqlQueries) {
    this.#name = name;
    this.#servers = servers;
    this.#queries = queries;
    const { list, domains: ofDomains } = queries;
    if (list !== undefined) this.list = (domains) => this.#list(list, domains);
    if (ofDomains !== undefined) this.listDomains = () => this.#listDomains(ofDomains);
  }

  async findLogin(address: AddrSpec): Promise<LoginAnswer | undefined> {
    const { user, login } = this.#queries;
    const fields = await this.#findOne(login ?? user, address);
    if (fields === undefined || login === undefined || user === undefined) return fields && { fields };
    const ofUser = await this.#findOne(user, address);
    // What the login's own query says holds.
    return ofUser && { fields: new Map([...ofUser, ...fields]) };
  }

  findUser(address: AddrSpec): Promise<Fields | undefined> {
    return this.#findOne(this.#queries.user ?? this.#queries.login, address);
  }

  async findAlias(address: AddrSpec): Promise<string[] | undefined> {
    const found = await this.#ask(this.#queries.alias, address);
    return found?.rows.flatMap(([targets = '']) => targets.split(/[\s,]+/)).filter((target) => target !== '');
  }

  async *#list(list: AddressQuery, domains: readonly string[]): AsyncGenerator<ListedAnswer> {
    const wanted = new Set(domains);
    const seen = new Set<string>();
    const hangsOnDomain = list.parameters.length > 0;
    for (const domain of hangsOnDomain ? domains : domains.slice(0, 1)) {
      const found = await this.#ask(list, { localPart: '', domain });
      for await (const row of inTurns(found?.rows ?? [])) {
        const fields = fieldsOf(row, found?.columns ?? []);
        const address = addressOf(fields, domain);
        if (address === undefined || !wanted.has(address.domain) || seen.has(formatAddrSpec(address))) continue;
        seen.add(formatAddrSpec(address));
        yield { address, fields, problem: undefined };
      }
    }
  }

  async #listDomains(query: AddressQuery): Promise<string[]> {
    const found = await this.#ask(query, NOBODY);
    return (found?.rows ?? []).flatMap(([domain]) => domain ?? []);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#servers[Symbol.asyncDispose]();
  }

  async #findOne(query: AddressQuery | undefined, address: AddrSpec): Promise<Fields | undefined> {
    const { rows: [first, second] = [], columns = [] } = (await this.#ask(query, address)) ?? {};
    if (second === undefined) return first && fieldsOf(first, columns);
    const cause = new Error(`the query finds several rows for ${formatAddrSpec(address)}; it must find one`);
    throw new WorldError(`directory ${this.#name}`, { transient: false, cause });
  }

  async #ask(query: AddressQuery | undefined, address: AddrSpec): Promise<SqlRows | undefined> {
    if (query === undefined) return undefined;
    const values = query.parameters.map((parts) => expandTemplate(parts, address));
    // No database has a text with NUL in it, and PostgreSQL ends the statement over one.
    if (values.some((value) => value.includes('\0'))) return undefined;
    try {
      return await this.#servers.ask((client) => client.query(query.sql, values));
    } catch (cause) {
      throw new WorldError(`directory ${this.#name}`, { transient: true, cause });
    }
  }
}

/** NULL is a field that is not there. */
function fieldsOf(row: SqlRows['rows'][number], columns: SqlRows['columns']): Fields {
  const fields = new Map<string, string[]>();
  for (const [at, name] of columns.entries()) {
    const value = row[at];
    if (value !== undefined) fields.set(name, [value]);
  }
  return fields;
}

/** Dovecot's iterate_query gives `user`, or `username` and `domain`. */
function addressOf(fields: Fields, usualDomain: string): AddrSpec | undefined {
  const [user = ''] = fields.get('user') ?? fields.get('username') ?? [];
  const [domain = usualDomain] = fields.get('domain') ?? [];
  const address = parseAddress(user.includes('@') ? user : `${user}@${domain}`);
  return address.ok ? address.value : undefined;
}
