// A DirectorySource over the questions of one backend: accounts are made of its fields, passwords are tried in the password
// threads or by the server itself, answers are kept for a while. A secret that does not fit a kept answer is tried against a
// fresh one, so that a changed password works at once.

import { err, ok, type Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
import type { Fields, SourceAccount } from '#mail/directory-sources/account-fields.ts';
import type { DirectorySource, SourceEntry, SourceRecord } from '#mail/directory-sources/directory-source.ts';
import type { PasswordCheck, ScramAnswer, ScramQuestion } from '#mail/ports/authenticator.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';
import type { Log } from '#mail/ports/log.ts';
import { parseAddress } from '#platform/directory/addresses.ts';
import { DECOY_HASH } from '#platform/passwords/argon2id.ts';
import { formsOfSecret } from '#platform/passwords/secret.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { Backend } from './backend.ts';
import { CachedAnswers, type CacheLimits, type Freshness } from './cached-answers.ts';
import { ScramLookup } from './scram-lookup.ts';
import { checkSecret, type SecretChecks } from './secret-check.ts';
import { SourceDomains } from './source-domains.ts';
import { listedRecord, readFields, readHash, recordOf } from './source-records.ts';

export interface SourceSettings {
  readonly name: string;
  readonly domains: readonly string[];
  readonly hostsMail: boolean;
  /** Of passwords that bear none. */
  readonly defaultScheme: string;
  readonly cache: CacheLimits;
}

export interface SourceSurroundings {
  readonly secrets: SecretChecks;
  readonly nowMs: () => number;
  readonly log: Log;
  /** The embedded directory's domains. */
  readonly hostedDomains: () => Promise<readonly string[]>;
}

/** A list is long: mail to postmaster must not ask for it each time. */
const FIRST_LIMITS: CacheLimits = { ttlMs: 60_000, negativeTtlMs: 60_000, entries: 1_000 };

interface KnownLogin extends SourceAccount {
  readonly bindName: string | undefined;
}

export class LookupSource implements DirectorySource {
  readonly name: string;
  readonly hostsMail: boolean;
  readonly list?: () => Promise<SourceRecord[]>;
  readonly setPasswordHash?: (address: AddrSpec, hash: string) => Promise<Result<SourceRecord, Refusal>>;
  readonly #settings: SourceSettings;
  readonly #backend: Backend;
  readonly #secrets: SecretChecks;
  readonly #scram: ScramLookup;
  readonly #log: Log;
  readonly #hostedDomains: () => Promise<readonly string[]>;
  readonly #domains: SourceDomains;
  readonly #entries: CachedAnswers<SourceEntry>;
  readonly #logins: CachedAnswers<KnownLogin>;
  readonly #firsts: CachedAnswers<Account>;
  /** Of the password that was tried last; none where the server tries them. */
  #decoy: string | undefined = DECOY_HASH;

  constructor(settings: SourceSettings, backend: Backend, { secrets, nowMs, log, hostedDomains }: SourceSurroundings) {
    this.name = settings.name;
    this.hostsMail = settings.hostsMail;
    this.#settings = settings;
    this.#backend = backend;
    this.#secrets = secrets;
    this.#scram = new ScramLookup(secrets.threads, settings.defaultScheme);
    this.#log = log;
    this.#hostedDomains = hostedDomains;
    this.#domains = new SourceDomains({
      named: settings.domains,
      ask: backend.listDomains && (() => backend.listDomains?.() ?? Promise.resolve([])),
      refreshMs: settings.cache.ttlMs,
      nowMs,
      warn: (text) => log.write('warn', 'directory', `${settings.name}: ${text}`),
    });
    this.#entries = new CachedAnswers(settings.cache, nowMs);
    this.#logins = new CachedAnswers(settings.cache, nowMs);
    this.#firsts = new CachedAnswers(FIRST_LIMITS, nowMs);
    if (backend.list !== undefined) this.list = () => this.#list();
    if (backend.setPasswordHash !== undefined) this.setPasswordHash = (address, hash) => this.#set(address, hash);
  }

  findDomains(): Promise<ReadonlySet<string> | 'hosted'> {
    return this.#domains.find();
  }

  find(address: AddrSpec): Promise<SourceEntry | undefined> {
    return this.#find(address, 'kept');
  }

  async checkPassword(address: AddrSpec, password: string): Promise<PasswordCheck> {
    const wasKept = this.#logins.has(keyOf(address));
    const known = await this.#findLogin(address, 'kept');
    if (known === undefined) return await this.#rejectUnknown(address, password);
    const check = await this.#try(known, password);
    if (!wasKept || check.kind !== 'rejected') return check;
    const now = await this.#findLogin(address, 'fresh');
    if (now === undefined) return { kind: 'rejected', reason: 'unknown-account' };
    return isSameLogin(known, now) ? check : await this.#try(now, password);
  }

  /** Whether the proof will fit cannot be known here, so that nothing kept will do. */
  async findScramKeys(address: AddrSpec, question: ScramQuestion): Promise<ScramAnswer> {
    const known = await this.#findLogin(address, 'fresh');
    if (known === undefined) return await this.#scram.findNone('unknown-account', question);
    const isBarred = known.loginRefusal !== undefined || known.account.disabled || known.bindName !== undefined;
    const hash = known.password === undefined ? undefined : readHash(known.password, this.#settings.defaultScheme);
    if (isBarred || hash?.ok !== true) return await this.#scram.findNone('no-keys', question);
    return await this.#scram.findKeys(known.account, hash.value.text, question);
  }

  findFirst(domain: string | undefined): Promise<Account | undefined> {
    return this.#firsts.find([domain ?? ''], 'kept', async () => {
      const domains = domain === undefined ? await this.#ownDomains() : [domain];
      for await (const { account } of this.#listIn(domains)) {
        if (!account.disabled && (domain === undefined || account.id.endsWith(`@${domain}`))) return account;
      }
      return undefined;
    });
  }

  async show(address: AddrSpec): Promise<SourceRecord | undefined> {
    const entry = await this.#find(address, 'fresh');
    const known = await this.#findLogin(address, 'fresh');
    const account = entry?.kind === 'account' ? entry.account : known?.account;
    if (account === undefined) return undefined;
    return recordOf(account, known, this.#settings.defaultScheme);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#backend[Symbol.asyncDispose]();
  }

  async #list(): Promise<SourceRecord[]> {
    const records: SourceRecord[] = [];
    for await (const record of this.#listIn(await this.#ownDomains())) records.push(record);
    return records;
  }

  async *#listIn(domains: readonly string[]): AsyncGenerator<SourceRecord> {
    for await (const answer of this.#backend.list?.(domains) ?? []) {
      yield listedRecord(answer, this.#settings.defaultScheme);
    }
  }

  async #ownDomains(): Promise<readonly string[]> {
    const domains = await this.findDomains();
    return domains === 'hosted' ? await this.#hostedDomains() : [...domains];
  }

  #find(address: AddrSpec, freshness: Freshness): Promise<SourceEntry | undefined> {
    return this.#entries.find(keyOf(address), freshness, async () => {
      const targets = await this.#backend.findAlias?.(address);
      if (targets !== undefined && targets.length > 0) return { kind: 'alias', targets: this.#targetsOf(targets) };
      const fields = await this.#backend.findUser(address);
      return fields && { kind: 'account', account: (await this.#accountOf(fields, address)).account };
    });
  }

  /** The account is whom mail comes to, where the source tells the two apart. */
  #findLogin(address: AddrSpec, freshness: Freshness): Promise<KnownLogin | undefined> {
    return this.#logins.find(keyOf(address), freshness, async () => {
      const answer = await this.#backend.findLogin(address);
      if (answer === undefined) return undefined;
      return { ...(await this.#accountOf(answer.fields, address)), bindName: answer.bindName };
    });
  }

  /** An answer that leads into a domain that is not this source's is a mistake in the settings, and nobody's mailbox. */
  async #accountOf(fields: Fields, asked: AddrSpec): Promise<SourceAccount> {
    const read = readFields(fields, asked);
    if (!read.ok) throw this.#failure(formatAddrSpec(asked), read.error);
    const { id } = read.value.account;
    const domain = id.slice(id.lastIndexOf('@') + 1);
    const domains = domain === asked.domain ? undefined : await this.findDomains();
    if (domains === 'hosted' || domains?.has(domain) === false) {
      throw this.#failure(formatAddrSpec(asked), `it names ${id}, which is in none of its domains`);
    }
    return read.value;
  }

  #targetsOf(texts: readonly string[]): AddrSpec[] {
    return texts.map((text) => {
      const target = parseAddress(text);
      if (!target.ok) throw this.#failure('alias', `"${text}" is no address`);
      return target.value;
    });
  }

  async #try(known: KnownLogin, password: string): Promise<PasswordCheck> {
    const matches =
      known.bindName === undefined ? await this.#verify(known, password) : await this.#bind(known, password);
    if (matches === 'unavailable') return { kind: 'unavailable' };
    if (matches === 'no-password') return { kind: 'rejected', reason: 'no-password' };
    if (!matches) return { kind: 'rejected', reason: 'wrong-password' };
    if (known.loginRefusal === undefined && !known.account.disabled)
      return { kind: 'accepted', account: known.account };
    // Said only to who knew the password.
    this.#log.write('warn', 'login', `${this.name}: ${known.account.id} may not log in: ${refusalOf(known)}`);
    return { kind: 'rejected', reason: 'disabled' };
  }

  async #verify({ account, password }: KnownLogin, secret: string): Promise<boolean | 'unavailable' | 'no-password'> {
    const hash = password === undefined ? undefined : readHash(password, this.#settings.defaultScheme);
    if (hash?.ok !== true) return 'no-password';
    this.#decoy = hash.value.text;
    return await checkSecret(this.#secrets, `${this.name} ${account.id}`, hash.value.text, secret);
  }

  /** Costs what a known account costs. */
  async #rejectUnknown({ domain }: AddrSpec, secret: string): Promise<PasswordCheck> {
    if (this.#decoy !== undefined) await checkSecret(this.#secrets, `${this.name} @${domain}`, this.#decoy, secret);
    return { kind: 'rejected', reason: 'unknown-account' };
  }

  /** RFC 4513 §5.1.2: an empty secret would be let in, as nobody. */
  async #bind({ account, bindName = '' }: KnownLogin, secret: string): Promise<boolean> {
    this.#decoy = undefined;
    const { accepted } = this.#secrets;
    const holder = `${this.name} ${account.id}`;
    const proof = `bind ${bindName}`;
    const keeps = this.#settings.cache.ttlMs > 0;
    if (keeps && accepted.has(holder, proof, secret)) return true;
    for (const form of formsOfSecret(secret)) {
      if ((await this.#backend.bind?.(bindName, form)) !== true) continue;
      if (keeps) accepted.remember(holder, proof, secret);
      return true;
    }
    return false;
  }

  async #set(address: AddrSpec, hash: string): Promise<Result<SourceRecord, Refusal>> {
    const isSet = await this.#backend.setPasswordHash?.(address, hash);
    const record = isSet === true ? await this.show(address) : undefined;
    if (record !== undefined) return ok(record);
    const text = formatAddrSpec(address);
    return err({ code: 'not-found', message: `${this.name} has no account ${text}` });
  }

  #failure(about: string, detail: string): WorldError {
    return new WorldError(`directory ${this.name}: ${about}`, { transient: false, cause: new Error(detail) });
  }
}

function refusalOf({ loginRefusal }: KnownLogin): string {
  return loginRefusal ?? 'it is disabled';
}

function isSameLogin(one: KnownLogin, other: KnownLogin): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function keyOf({ localPart, domain }: AddrSpec): readonly string[] {
  return [localPart, domain];
}
