// Accounts in an LDAP directory, by Dovecot's filters and maps of attributes. What a stranger wrote stands in a filter as a
// value, escaped: `*)(uid=*` finds nobody.

import { WorldError } from '#base/world-error.ts';
import type { Fields } from '#mail/directory-sources/account-fields.ts';
import { attributesOf, type MappedField, mapAttributes } from '#mail/directory-sources/attribute-map.ts';
import { escapeFilterValue, escapeNameValue } from '#mail/directory-sources/ldap-text.ts';
import { expandTemplate, hasVariable, type TemplatePart } from '#mail/directory-sources/variables.ts';
import { parseAddress } from '#platform/directory/addresses.ts';
import { inTurns } from '#platform/tables/in-turns.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import type { Backend, ListedAnswer, LoginAnswer } from './backend.ts';
import type { Failover } from './failover.ts';
import type { LdapClient, LdapEntry, LdapSearch } from './ldap-client.ts';

export interface LdapQueries {
  readonly base: readonly TemplatePart[];
  readonly scope: LdapSearch['scope'];
  readonly userFilter: readonly TemplatePart[];
  readonly userAttributes: readonly MappedField[];
  readonly loginFilter: readonly TemplatePart[] | undefined;
  readonly loginAttributes: readonly MappedField[];
  readonly aliasFilter: readonly TemplatePart[] | undefined;
  readonly aliasAttribute: string;
  readonly listFilter: readonly TemplatePart[];
  readonly domainFilter: readonly TemplatePart[] | undefined;
  readonly domainAttribute: string;
  readonly bind: 'no' | 'entry' | readonly TemplatePart[];
}

/** Accounts that a list shows, and targets of an alias. */
const MOST_LISTED = 100_000;
const MOST_ALIASES = 100;

/** For a question that hangs on no address. */
const NOBODY: AddrSpec = { localPart: '', domain: '' };

export class LdapBackend implements Backend {
  readonly listDomains?: () => Promise<string[]>;
  readonly #name: string;
  readonly #servers: Failover<LdapClient>;
  readonly #queries: LdapQueries;

  constructor(name: string, servers: Failover<LdapClient>, queries: LdapQueries) {
    this.#name = name;
    this.#servers = servers;
    this.#queries = queries;
    const { domainFilter } = queries;
    if (domainFilter !== undefined) this.listDomains = () => this.#listDomains(domainFilter);
  }

  async findLogin(address: AddrSpec): Promise<LoginAnswer | undefined> {
    const { userFilter, userAttributes, loginFilter, loginAttributes } = this.#queries;
    if (loginFilter === undefined) {
      const entry = await this.#findOne(userFilter, [...userAttributes, ...loginAttributes], address);
      return entry && this.#loginOf(entry, merge(this.#userFields(entry), this.#loginFields(entry)), address);
    }
    const entry = await this.#findOne(loginFilter, loginAttributes, address);
    const user = entry && (await this.findUser(address));
    return entry && user && this.#loginOf(entry, merge(user, this.#loginFields(entry)), address);
  }

  async findUser(address: AddrSpec): Promise<Fields | undefined> {
    const entry = await this.#findOne(this.#queries.userFilter, this.#queries.userAttributes, address);
    return entry && this.#userFields(entry);
  }

  async findAlias(address: AddrSpec): Promise<string[] | undefined> {
    const { aliasFilter, aliasAttribute } = this.#queries;
    if (aliasFilter === undefined) return undefined;
    const entries = await this.#search(aliasFilter, [aliasAttribute], address, MOST_ALIASES);
    return entries.flatMap(({ attributes }) => [...(attributes.get(aliasAttribute.toLowerCase()) ?? [])]);
  }

  async bind(name: string, secret: string): Promise<boolean> {
    // The library takes a bare word for the name of a SASL mechanism.
    if (!/[=@\\]/.test(name)) return false;
    return await this.#ask((client) => client.tryBind(name, secret));
  }

  async *list(domains: readonly string[]): AsyncGenerator<ListedAnswer> {
    const { base, listFilter, userAttributes } = this.#queries;
    const isOfDomain = hasVariable(base, 'domain') || hasVariable(listFilter, 'domain');
    const attributes = attributesOf(userAttributes);
    const wanted = new Set(domains);
    for (const domain of isOfDomain ? domains : domains.slice(0, 1)) {
      const entries = await this.#search(listFilter, attributes, { localPart: '', domain }, MOST_LISTED);
      for await (const entry of inTurns(entries)) {
        const fields = this.#userFields(entry);
        const address = addressOf(fields, domain);
        if (address !== undefined && wanted.has(address.domain)) yield { address, fields, problem: undefined };
      }
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#servers[Symbol.asyncDispose]();
  }

  async #listDomains(filter: readonly TemplatePart[]): Promise<string[]> {
    const { domainAttribute } = this.#queries;
    const entries = await this.#search(filter, [domainAttribute], NOBODY, MOST_LISTED);
    return entries.flatMap(({ attributes }) => [...(attributes.get(domainAttribute.toLowerCase()) ?? [])]);
  }

  #loginOf(entry: LdapEntry, fields: Fields, address: AddrSpec): LoginAnswer {
    const { bind } = this.#queries;
    if (bind === 'no') return { fields };
    return { fields, bindName: bind === 'entry' ? entry.dn : expandTemplate(bind, address, escapeNameValue) };
  }

  #userFields({ attributes }: LdapEntry): Fields {
    return mapAttributes(this.#queries.userAttributes, attributes);
  }

  #loginFields({ attributes }: LdapEntry): Fields {
    return mapAttributes(this.#queries.loginAttributes, attributes);
  }

  async #findOne(
    filter: readonly TemplatePart[],
    mapped: readonly MappedField[],
    address: AddrSpec,
  ): Promise<LdapEntry | undefined> {
    const entries = await this.#search(filter, attributesOf(mapped), address, 2);
    if (entries.length <= 1) return entries[0];
    const cause = new Error(
      `${entries.map(({ dn }) => dn).join(' and ')} have the same address; the filter must find one`,
    );
    throw new WorldError(`directory ${this.#name}`, { transient: false, cause });
  }

  #search(
    filter: readonly TemplatePart[],
    attributes: readonly string[],
    address: AddrSpec,
    mostEntries: number,
  ): Promise<LdapEntry[]> {
    const { base, scope } = this.#queries;
    const wanted: LdapSearch = {
      base: expandTemplate(base, address, escapeNameValue),
      scope,
      filter: expandTemplate(filter, address, escapeFilterValue),
      attributes,
      mayLackBase: base.some((part) => 'variable' in part),
      mostEntries,
    };
    return this.#ask((client) => client.search(wanted));
  }

  async #ask<T>(question: (client: LdapClient) => Promise<T>): Promise<T> {
    try {
      return await this.#servers.ask(question);
    } catch (cause) {
      throw new WorldError(`directory ${this.#name}`, { transient: true, cause });
    }
  }
}

/** What the login's own search says holds. */
function merge(user: Fields, login: Fields): Fields {
  return new Map([...user, ...login]);
}

function addressOf(fields: Fields, domain: string): AddrSpec | undefined {
  const [user = ''] = fields.get('user') ?? [];
  const address = parseAddress(user.includes('@') ? user : `${user}@${domain}`);
  return address.ok ? address.value : undefined;
}
