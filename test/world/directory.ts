// A directory in memory, written as a literal in the test, which can also be made to be out of reach.

import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { WorldError } from '#base/world-error.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Authenticator, PasswordCheck, ScramAnswer } from '#mail/ports/authenticator.ts';
import type { Account, Directory, RecipientLookup } from '#mail/ports/directory.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import type { ScramVerifier } from '#protocols/sasl/step.ts';

export interface AccountLiteral {
  readonly address: string;
  /** Without one, no login succeeds. */
  readonly password?: string;
  readonly displayName?: string;
  /** Further addresses. */
  readonly addresses?: readonly string[];
  readonly disabled?: boolean;
  readonly quotaBytes?: number;
  /** False: the password is known only as a foreign hash, so that SCRAM is impossible. */
  readonly scram?: boolean;
}

export interface DomainLiteral {
  readonly name: string;
  readonly catchAll?: string;
  /** Its accounts are disabled with it. */
  readonly disabled?: boolean;
}

export interface DirectoryLiteral {
  readonly domains: readonly (string | DomainLiteral)[];
  readonly accounts?: readonly AccountLiteral[];
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
}

export interface MemoryDirectory extends Directory, Authenticator {
  /** Set it, and every question throws, or answers `unavailable`. */
  outOfReach: boolean;
}

/** Low, for speed; a real directory has thousands. */
const SCRAM_ITERATIONS = 64;

export function memoryDirectory(literal: DirectoryLiteral): MemoryDirectory {
  const domains = new Map(
    literal.domains.map((domain): [string, DomainLiteral] =>
      typeof domain === 'string' ? [domain, { name: domain }] : [domain.name, domain],
    ),
  );
  const entries = (literal.accounts ?? []).map((entry) => {
    const closed = domains.get(addrSpec(entry.address).domain)?.disabled ?? false;
    return { literal: entry, account: accountOf(closed ? { ...entry, disabled: true } : entry) };
  });
  const aliases = new Map(Object.entries(literal.aliases ?? {}).map(([alias, to]) => [alias, to.map(addrSpec)]));

  const holderOf = (address: string) => entries.find(({ account }) => account.addresses.includes(address));
  const nameOf = (login: string) => {
    const name = login.toLowerCase();
    const [only] = domains.keys();
    return name.includes('@') || domains.size !== 1 ? name : `${name}@${only}`;
  };
  const entryOf = (login: string) => holderOf(nameOf(login));

  const directory: MemoryDirectory = {
    outOfReach: false,
    async lookUpRecipient(address): Promise<RecipientLookup> {
      mustBeInReach(directory);
      const domain = address.domain.toLowerCase();
      const known = domains.get(domain);
      if (known === undefined) return { kind: 'foreign-domain' };
      if (known.disabled) return { kind: 'disabled-domain' };
      const localPart = address.localPart.toLowerCase();
      const exact = holderOf(`${localPart}@${domain}`);
      if (exact) return { kind: 'account', account: exact.account, matched: 'address', detail: undefined };
      const plus = localPart.indexOf('+');
      const base = plus > 0 ? holderOf(`${localPart.slice(0, plus)}@${domain}`) : undefined;
      if (base) {
        const detail = address.localPart.slice(plus + 1);
        return { kind: 'account', account: base.account, matched: 'plus-address', detail };
      }
      const targets = aliases.get(`${localPart}@${domain}`);
      if (targets) return { kind: 'alias', alias: `${localPart}@${domain}`, targets };
      const catcher = holderOf(known.catchAll ?? '');
      if (catcher) return { kind: 'account', account: catcher.account, matched: 'catch-all', detail: undefined };
      return { kind: 'unknown-user' };
    },
    async findAccount(login) {
      mustBeInReach(directory);
      return entryOf(login)?.account;
    },
    async isLocalDomain(domain) {
      mustBeInReach(directory);
      return domains.has(domain.toLowerCase());
    },
    async findFirstAccount(domain) {
      mustBeInReach(directory);
      const ofDomain = ({ id }: Account) => domain === undefined || id.endsWith(`@${domain.toLowerCase()}`);
      return entries.map(({ account }) => account).find((account) => !account.disabled && ofDomain(account));
    },
    async checkPassword(login, password): Promise<PasswordCheck> {
      if (directory.outOfReach) return { kind: 'unavailable' };
      const entry = entryOf(login);
      if (entry === undefined) return { kind: 'rejected', reason: 'unknown-account' };
      if (entry.literal.password === undefined) return { kind: 'rejected', reason: 'no-password' };
      if (!sameText(entry.literal.password, password)) return { kind: 'rejected', reason: 'wrong-password' };
      if (entry.account.disabled) return { kind: 'rejected', reason: 'disabled' };
      return { kind: 'accepted', account: entry.account };
    },
    async nameOf(login) {
      mustBeInReach(directory);
      return nameOf(login);
    },
    async findScramKeys({ login, hash }): Promise<ScramAnswer> {
      mustBeInReach(directory);
      const entry = entryOf(login);
      if (entry === undefined) return { kind: 'none', reason: 'unknown-account' };
      const { account, literal } = entry;
      const hasKeys = !account.disabled && literal.scram !== false && hash === 'sha256';
      if (!hasKeys || literal.password === undefined) return { kind: 'none', reason: 'no-keys' };
      return { kind: 'keys', account, keys: scramKeys(account, literal.password) };
    },
  };
  return directory;
}

function accountOf(entry: AccountLiteral): Account {
  const own = entry.address.toLowerCase();
  return {
    id: own as AccountId,
    displayName: entry.displayName,
    addresses: [own, ...(entry.addresses ?? []).map((address) => address.toLowerCase())],
    disabled: entry.disabled ?? false,
    quotaBytes: entry.quotaBytes ?? 0,
  };
}

/** RFC 5802 §3, with SHA-256 (RFC 7677). */
function scramKeys(account: Account, password: string): ScramVerifier {
  const salt = createHash('sha256').update(`salt of ${account.id}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, SCRAM_ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  return {
    salt,
    iterations: SCRAM_ITERATIONS,
    storedKey: createHash('sha256').update(clientKey).digest(),
    serverKey: createHmac('sha256', salted).update('Server Key').digest(),
  };
}

export function addrSpec(address: string): AddrSpec {
  const at = address.lastIndexOf('@');
  return { localPart: address.slice(0, at), domain: address.slice(at + 1) };
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [left, right].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a!, b!);
}

function mustBeInReach(directory: MemoryDirectory): void {
  if (directory.outOfReach) throw new WorldError('directory lookup', { transient: true });
}
