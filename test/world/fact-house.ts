// Somebody who answers what restrictions ask, with a world in memory around: DNS, tables, a directory, services.

import { parseExemptClients } from '#mail/facts/greylist-exemptions.ts';
import { type FactSettings, type FactWorld, WorldFactFinder } from '#mail/facts/world-fact-finder.ts';
import type { FactContext } from '#mail/ports/fact-finder.ts';
import type { Triplet } from '#mail/ports/greylist.ts';
import type { ProbeAnswer } from '#mail/ports/recipient-probe.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import { addrSpec, memoryDirectory } from './directory.ts';
import { type GivenRecords, givenAnswers } from './given-answers.ts';
import { collectingLog } from './log.ts';
import { routingHouse } from './routing-house.ts';
import { VirtualTime } from './virtual-time.ts';

export const FACT_SETTINGS: FactSettings = {
  smtpd_lookup_timeout: 100_000,
  greylist_ipv4_prefix: 24,
  greylist_ipv6_prefix: 64,
  greylist_whitelist_clients: parseExemptClients([]),
  greylist_whitelist_recipients: ['postmaster@', 'abuse@'],
};

export interface FactHouseOptions extends Partial<Omit<FactWorld, 'settings'>> {
  readonly records?: GivenRecords;
  readonly settings?: Partial<FactSettings>;
  readonly says?: ProbeAnswer['kind'];
}

export function factHouse({ records = {}, settings, says = 'deliverable', ...world }: FactHouseOptions = {}) {
  const time = new VirtualTime();
  const log = collectingLog();
  const asked: string[] = [];
  const tries: Triplet[] = [];
  const answers = givenAnswers(records);
  const resolver: Resolver = {
    async resolve(name, type) {
      asked.push(`${name} ${type}`);
      return (await answers(name, type)) as Awaited<ReturnType<typeof resolver.resolve<typeof type>>>;
    },
  };
  const directory = memoryDirectory({
    domains: ['valija.test', { name: 'all.test', catchAll: 'usuario1@valija.test' }],
    accounts: [{ address: 'usuario1@valija.test', addresses: ['uno@valija.test'] }],
    aliases: { 'ventas@valija.test': ['usuario1@valija.test', 'ana@example.org'] },
  });
  const { routing } = routingHouse({ directory });
  const finder = new WorldFactFinder({
    resolver,
    dns: resolver,
    tables: new Map(),
    directory,
    routing,
    recipientProbe: {
      async probe(address, { destination }) {
        asked.push(`${address} at ${destination}`);
        return { kind: says, text: `host mx said ${says}` };
      },
    },
    policyServices: { ask: async () => 'DUNNO' },
    greylist: {
      async look(triplet) {
        tries.push(triplet);
        return { kind: 'wait', seconds: 300 };
      },
    },
    clock: time,
    alarm: time,
    log,
    ...world,
    settings: { ...FACT_SETTINGS, ...settings },
  });
  return { finder, time, log, asked, tries, directory };
}

export interface ContextLiteral extends Partial<Omit<FactContext, 'session' | 'sender' | 'recipient'>> {
  readonly from?: string | null;
  readonly to?: string;
  readonly session?: Partial<FactContext['session']>;
  readonly client?: string;
}

/** A stranger at RCPT. */
export function factContext({ from, to, session, client = '192.0.2.1', ...rest }: ContextLiteral = {}): FactContext {
  return {
    state: 'RCPT',
    instance: 'Q1',
    parameters: undefined,
    recipientCount: 0,
    sizeBytes: undefined,
    ...rest,
    sender: from === null ? undefined : addrSpec(from ?? 'ana@example.org'),
    recipient: addrSpec(to ?? 'usuario1@valija.test'),
    session: {
      profile: 'smtp',
      connection: {
        connectionId: 'c1',
        clientAddress: client,
        clientPort: 4_321,
        serverAddress: '198.51.100.1',
        serverPort: 25,
      },
      tls: undefined,
      helo: 'mail.example.org',
      extended: true,
      login: undefined,
      ...session,
    },
  };
}
