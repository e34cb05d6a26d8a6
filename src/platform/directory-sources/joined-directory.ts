// The embedded directory and the sources behind it, as one. An exact address comes before one without its detail, and that
// before a catch-all, wherever they are; of the same kind the embedded directory's answer holds, then that of the source that
// stands first. A source that cannot be asked ends the question: it might have known better.

import type { DirectorySource } from '#mail/directory-sources/directory-source.ts';
import type { Account, Directory, RecipientLookup } from '#mail/ports/directory.ts';
import { foldLocalPart, parseAddress, splitDetail } from '#platform/directory/addresses.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';

/** Local part, `@` and domain at their longest, with room for quoting. */
const MOST_LOGIN_CHARACTERS = 512;

export interface SourceWorld {
  /** Asked at each question: they may change. */
  readonly sources: () => readonly DirectorySource[];
  readonly recipientDelimiter: string;
  /** The embedded directory's domains. */
  readonly hostedDomains: () => Promise<readonly string[]>;
}

/** Sources that only say who may log in are asked too: that is for who asks whose an address is, not where mail goes. */
export function joinDirectory(embedded: Directory, world: SourceWorld): Directory {
  return {
    lookUpRecipient: (address) =>
      world.sources().length === 0 ? embedded.lookUpRecipient(address) : lookUp(embedded, world, fold(address)),
    async findAccount(login) {
      const known = await embedded.findAccount(login);
      if (known !== undefined) return known;
      for await (const { source, address } of meantBy(login, world)) {
        const entry = await source.find(address);
        if (entry?.kind !== 'account') continue;
        const { account } = entry;
        return (await isDisabledWithDomain(embedded, account)) ? { ...account, disabled: true } : account;
      }
      return undefined;
    },
    async isLocalDomain(domain) {
      if (await embedded.isLocalDomain(domain)) return true;
      const sources = await findSources(world, domain.toLowerCase(), { isHosted: false });
      return sources.length > 0;
    },
    findFirstAccount: async (domain) => (await embedded.findFirstAccount(domain)) ?? findFirst(embedded, world, domain),
  };
}

/** An account is disabled with its domain, wherever the account itself is kept. */
export async function isDisabledWithDomain(embedded: Directory, { id }: Account): Promise<boolean> {
  return (await findDomainState(embedded, id.slice(id.lastIndexOf('@') + 1))) === 'disabled';
}

async function findDomainState(embedded: Directory, domain: string): Promise<'hosted' | 'disabled' | 'foreign'> {
  const { kind } = await embedded.lookUpRecipient({ localPart: 'postmaster', domain });
  if (kind === 'foreign-domain') return 'foreign';
  return kind === 'disabled-domain' ? 'disabled' : 'hosted';
}

export interface MeantAddress {
  readonly source: DirectorySource;
  readonly address: AddrSpec;
}

/** Which address a login means at each source, in their order; without a domain it is that of a source with only one. */
export async function* meantBy(login: string, { sources, hostedDomains }: SourceWorld): AsyncGenerator<MeantAddress> {
  if (login.length > MOST_LOGIN_CHARACTERS) return;
  for (const source of sources()) {
    const own = await source.findDomains();
    const domains = own === 'hosted' ? new Set(await hostedDomains()) : own;
    const [only = ''] = domains.size === 1 ? domains : [];
    const parsed = parseAddress(login.includes('@') ? login : `${login}@${only}`);
    if (parsed.ok && domains.has(parsed.value.domain)) yield { source, address: fold(parsed.value) };
  }
}

async function lookUp(embedded: Directory, world: SourceWorld, address: AddrSpec): Promise<RecipientLookup> {
  const known = await embedded.lookUpRecipient(address);
  if (isCertain(known)) return known;
  const sources = await findSources(world, address.domain, { isHosted: known.kind !== 'foreign-domain' });
  if (sources.length === 0) return known;
  const exact = await ask(sources, address, { matched: 'address', detail: undefined });
  if (exact !== undefined) return exact;
  if (known.kind === 'account' && known.matched === 'plus-address') return known;
  const split = splitDetail(address.localPart, world.recipientDelimiter);
  const base = split && { ...address, localPart: split.base };
  const plus = base && (await ask(sources, base, { matched: 'plus-address', detail: split.detail }));
  if (plus !== undefined) return plus;
  if (known.kind === 'account') return known;
  const all = await ask(sources, { ...address, localPart: '' }, { matched: 'catch-all', detail: undefined });
  return all ?? { kind: 'unknown-user' };
}

/** Those that are asked for addresses in the domain; `isHosted`: the embedded directory has it. */
async function findSources(
  { sources }: SourceWorld,
  domain: string,
  { isHosted }: { readonly isHosted: boolean },
): Promise<DirectorySource[]> {
  const found: DirectorySource[] = [];
  for (const source of sources()) {
    const domains = await source.findDomains();
    if (domains === 'hosted' ? isHosted : domains.has(domain)) found.push(source);
  }
  return found;
}

/** What no source can know better. */
function isCertain(known: RecipientLookup): boolean {
  return (
    known.kind === 'alias' ||
    known.kind === 'disabled-domain' ||
    (known.kind === 'account' && known.matched === 'address')
  );
}

type Match = Pick<Extract<RecipientLookup, { kind: 'account' }>, 'matched' | 'detail'>;

async function ask(
  sources: readonly DirectorySource[],
  address: AddrSpec,
  match: Match,
): Promise<RecipientLookup | undefined> {
  for (const source of sources) {
    const entry = await source.find(address);
    if (entry?.kind === 'account') return { ...entry, ...match };
    if (entry?.kind === 'alias') return { ...entry, alias: formatAddrSpec(address) };
  }
  return undefined;
}

/** For postmaster: who is listed first. */
async function findFirst(
  embedded: Directory,
  world: SourceWorld,
  domain: string | undefined,
): Promise<Account | undefined> {
  const wanted = domain?.toLowerCase();
  const state = wanted === undefined ? undefined : await findDomainState(embedded, wanted);
  if (state === 'disabled') return undefined;
  const all = world.sources();
  const sources = wanted === undefined ? all : await findSources(world, wanted, { isHosted: state === 'hosted' });
  for (const source of sources) {
    const first = source.hostsMail ? await source.findFirst(wanted) : undefined;
    if (first !== undefined) return first;
  }
  return undefined;
}

function fold({ localPart, domain }: AddrSpec): AddrSpec {
  return { localPart: foldLocalPart(localPart), domain: domain.toLowerCase() };
}
