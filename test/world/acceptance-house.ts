// Acceptance with everything behind it in memory, and a client that brings one message from MAIL to its replies.

import { parseIpNetworks } from '#base/ip-network.ts';
import type { WorldError } from '#base/world-error.ts';
import { createAcceptance } from '#mail/acceptance/acceptance.ts';
import type { AcceptanceWorld, SenderChecks } from '#mail/acceptance/acceptance-world.ts';
import type { RecipientParameters, SenderParameters, ServiceProfile, SessionFacts } from '#mail/acceptance/envelope.ts';
import { createPosting } from '#mail/acceptance/posting.ts';
import { createQueueIds } from '#mail/acceptance/queue-id.ts';
import type { Signing } from '#mail/acceptance/signing.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { AppendRequest, MailStore } from '#mail/ports/mail-store.ts';
import type { RecipientProbe } from '#mail/ports/recipient-probe.ts';
import { createRouting, type RoutingWorld } from '#mail/routing/routing.ts';
import { ROUTING_DEFAULTS, type RoutingSettings } from '#mail/routing/settings.ts';
import { formatReply, type SmtpReply } from '#protocols/smtp/reply.ts';
import { fixedClock } from './clock.ts';
import { memoryContent } from './content.ts';
import { addrSpec, memoryDirectory } from './directory.ts';
import { collectingJourneys } from './journeys.ts';
import { collectingLog } from './log.ts';
import { memoryJournal } from './memory-journal.ts';
import { seededRandomness } from './randomness.ts';
import { type GivenFacts, type GivenRestrictions, givenFactFinder, givenRestrictions } from './restrictions.ts';

const TLS = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256, serverName: undefined };

const SENDER: SenderParameters = {
  declaredSizeBytes: undefined,
  body: '7BIT',
  smtpUtf8: false,
  auth: undefined,
  dsn: { ret: undefined, envid: undefined },
};

const SETTINGS = {
  myhostname: 'mail.valija.test',
  message_size_limit: 100_000,
  header_size_limit: 50_000,
  hopcount_limit: 50,
  smtpd_recipient_limit: 100,
  mynetworks: parseIpNetworks(['198.51.100.0/24']),
  relay_domains_reject_code: 554,
  unknown_local_recipient_reject_code: 550,
  unknown_relay_recipient_reject_code: 550,
  unknown_virtual_alias_reject_code: 550,
  unknown_virtual_mailbox_reject_code: 550,
  unverified_recipient_reject_code: 450,
};

const ROUTING: RoutingSettings = {
  ...ROUTING_DEFAULTS,
  myhostname: 'mail.valija.test',
  mydomain: 'valija.test',
  myorigin: 'mail.valija.test',
  mydestination: ['mail.valija.test', 'localhost'],
};

/** A mail store that only takes in, and may fail for one account. */
function intake() {
  const filed: { account: string; mailbox: string; text: string; request: AppendRequest }[] = [];
  const failures = new Map<string, WorldError>();
  const usage = new Map<string, number>();
  const store: Pick<MailStore, 'append' | 'quotaUsage'> = {
    async quotaUsage(account) {
      return { sizeBytes: usage.get(account) ?? 0, messages: 0 };
    },
    async append(account, mailbox, requests) {
      const failure = failures.get(account);
      if (failure) throw failure;
      for (const request of requests) {
        const body = await request.content.read(0, request.content.sizeBytes);
        filed.push({ account, mailbox, text: Buffer.concat([request.prefix, body]).toString(), request });
      }
      return { ok: true, value: { uidValidity: 1, uids: requests.map((_, i) => filed.length + i) } };
    },
  };
  return { store, filed, failures, usage };
}

export interface HouseOptions extends Partial<Pick<RoutingWorld, 'tables' | 'systemUsers'>> {
  readonly routing?: Partial<RoutingSettings>;
  readonly recipientProbe?: RecipientProbe;
  readonly signing?: Signing;
  readonly senderChecks?: SenderChecks;
  readonly restrictions?: GivenRestrictions;
  readonly facts?: GivenFacts;
  /** Asked at the door; what is posted, `posted` are asked of. */
  readonly milters?: Pick<AcceptanceWorld, 'milters' | 'milterPorts'> & {
    readonly posted?: AcceptanceWorld['milters'];
  };
}

export function acceptanceHouse(options: HouseOptions = {}) {
  const { routing = {}, tables = new Map(), systemUsers, recipientProbe, signing, senderChecks } = options;
  const { restrictions, facts } = options;
  const { posted, ...milters } = options.milters ?? {};
  const clock = fixedClock();
  const directory = memoryDirectory({
    domains: ['valija.test', 'escuela.test'],
    accounts: [
      { address: 'usuario1@valija.test', addresses: ['uno@valija.test'] },
      { address: 'usuario2@valija.test', quotaBytes: 10_000 },
      { address: 'info@valija.test' },
      { address: 'info@escuela.test' },
    ],
    aliases: { 'todos@valija.test': ['usuario1@valija.test', 'usuario2@valija.test'] },
  });
  const log = collectingLog();
  const journeyLog = collectingJourneys(clock);
  const { store, filed, failures, usage } = intake();
  const journal = memoryJournal(store, clock, journeyLog, log);
  const world = {
    clock,
    nextQueueId: createQueueIds(clock, seededRandomness()),
    directory,
    mailStore: store,
    journal,
    journeyLog,
    log,
    settings: SETTINGS,
    recipientProbe,
    signing,
    senderChecks,
    ...milters,
    restrictions: givenRestrictions({ ...restrictions, settings: { ...SETTINGS, ...restrictions?.settings } }),
    factFinder: givenFactFinder(facts),
    routing: createRouting({ settings: { ...ROUTING, ...routing }, tables, directory, systemUsers, clock }),
  };
  const acceptance = createAcceptance(world);
  const { queued, entries } = journal;
  return {
    world,
    acceptance,
    posting: createPosting({ ...world, restrictions: undefined, milters: posted }),
    queued,
    entries,
    directory,
    clock,
    log,
    journeyLog,
    filed,
    failures,
    usage,
  };
}

export function sessionAt(profile: ServiceProfile, login?: string): SessionFacts {
  return {
    profile,
    connection: {
      connectionId: 'c1',
      clientAddress: '192.0.2.1',
      clientPort: 40_000,
      serverAddress: '192.0.2.25',
      serverPort: 25,
    },
    tls: login === undefined ? undefined : TLS,
    helo: 'cliente.example',
    extended: true,
    login: login === undefined ? undefined : { account: login as AccountId, mechanism: 'PLAIN' },
  };
}

export type AcceptanceHouse = ReturnType<typeof acceptanceHouse>;

export interface Letter {
  readonly session: SessionFacts;
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly parameters?: Partial<SenderParameters>;
  /** For all recipients. */
  readonly notify?: RecipientParameters['notify'];
}

/** One message from MAIL to its replies, each as the client reads it. */
export async function send({ acceptance }: AcceptanceHouse, letter: Letter) {
  const { session, from, to, text, parameters, notify } = letter;
  const said: string[] = [];
  const hear = (reply: SmtpReply) =>
    said.push(
      formatReply(reply)
        .trimEnd()
        .replace(/as \S+$/, 'as ID'),
    );
  const opening = await acceptance.openTransaction(session, from === '' ? undefined : addrSpec(from), {
    ...SENDER,
    ...parameters,
  });
  hear(opening.verdict.reply);
  if (opening.transaction === undefined) return said;
  let accepted = 0;
  for (const recipient of to) {
    const verdict = await opening.transaction.addRecipient(addrSpec(recipient), {
      notify,
      orcpt: undefined,
    });
    if (verdict.outcome === 'permit') accepted++;
    hear(verdict.reply);
  }
  if (accepted === 0) opening.transaction.abandon('reset');
  else {
    if (acceptance.asksAtData) {
      const verdict = await opening.transaction.decideData(false);
      if (verdict.outcome !== 'permit') {
        hear(verdict.reply);
        return said;
      }
    }
    const { replies } = await opening.transaction.decideContent(memoryContent(Buffer.from(text)));
    for (const reply of replies) hear(reply);
  }
  return said;
}
