// Who speaks to other servers, by the settings in force. New settings get clients of their own; those before them go on with
// what they have begun, for a server that takes its time must not get the same message twice, and end with the last of it.

import { readFileSync } from 'node:fs';
import { chooseServers } from '#mail/delivery/choose-servers.ts';
import type { Log } from '#mail/ports/log.ts';
import type { OwnMail } from '#mail/ports/own-mail.ts';
import type { Table } from '#mail/ports/table.ts';
import type { Transport } from '#mail/ports/transport.ts';
import type { Config } from '#platform/config/schema.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { openServerChoice } from '#platform/routing/server-choice.ts';
import { createDialer } from '#platform/sockets/dial.ts';
import { openTable } from '#platform/tables/open-table.ts';
import { ClientTls } from '#platform/tls/client-tls.ts';
import { createSmtpTransport, type SmtpTransport } from '#services/outbound/smtp-transport.ts';
import { lmtpClientSettings, smtpClientSettings } from './settings.ts';
import { openTransportSecurity } from './transport-security.ts';

type ClientName = 'smtp' | 'lmtp';

/** Of one set of settings. */
export interface Clients extends AsyncDisposable {
  readonly smtp: SmtpTransport;
  readonly lmtp: SmtpTransport;
  /** What goes on by itself beside deliveries ends with the settings. */
  readonly rounds: AsyncDisposable;
}

/** Throws what is wrong with tables and files. */
export async function openClients(config: Config, log: Log, ownMail: OwnMail): Promise<Clients> {
  await using opened = new AsyncDisposableStack();
  const warn = (text: string) => log.write('warn', 'tables', text);
  const openTables = async (names: readonly string[]): Promise<Table[]> => {
    const tables: Table[] = [];
    for (const name of names) tables.push(opened.use(await openTable(name, { warn })));
    return tables;
  };
  const choice = openServerChoice(config, opened);
  const authorities = config.smtp_tls_CAfile === undefined ? [] : [readFileSync(config.smtp_tls_CAfile, 'utf8')];
  let connections = 0;
  const dialer = createDialer(new ClientTls(authorities), () => `out-${++connections}`);
  const tables = {
    tlsPolicies: await openTables(config.smtp_tls_policy_maps),
    passwords: await openTables(config.smtp_sasl_password_maps),
  };
  const rounds = opened.use(new AsyncDisposableStack());
  const world = {
    dialer,
    clock: steadyClock,
    alarm: systemAlarm,
    randomness: systemRandomness,
    log,
    chooseServers: (destination: string) => chooseServers(choice, destination),
    ...openTransportSecurity({ config, log, ownMail, choice, authorities, opened, rounds }),
  };
  const smtp = opened.use(createSmtpTransport(world, smtpClientSettings(config, tables)));
  const lmtp = opened.use(createSmtpTransport(world, lmtpClientSettings(config)));
  const resources = opened.move();
  return { smtp, lmtp, rounds, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

interface Use {
  readonly clients: Clients;
  /** Deliveries and questions that they are at. */
  running: number;
}

export class ChangingClients implements AsyncDisposable {
  readonly #log: Log;
  readonly #former = new Set<Use>();
  #current: Use;

  constructor(first: Clients, log: Log) {
    this.#current = { clients: first, running: 0 };
    this.#log = log;
  }

  transport(name: ClientName): Transport {
    return { deliver: (job) => this.use((clients) => clients[name].deliver(job)) };
  }

  async use<T>(work: (clients: Clients) => Promise<T>): Promise<T> {
    const use = this.#current;
    use.running++;
    try {
      return await work(use.clients);
    } finally {
      use.running--;
      await this.#closeUnused(use);
    }
  }

  async enter(next: Clients): Promise<void> {
    const former = this.#current;
    this.#current = { clients: next, running: 0 };
    this.#former.add(former);
    await this.#close(former.clients.rounds);
    await this.#closeUnused(former);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { clients } of this.#former) await this.#close(clients);
    await this.#current.clients[Symbol.asyncDispose]();
  }

  async #closeUnused(use: Use): Promise<void> {
    if (use.running === 0 && this.#former.delete(use)) await this.#close(use.clients);
  }

  async #close(resource: AsyncDisposable): Promise<void> {
    try {
      await resource[Symbol.asyncDispose]();
    } catch (cause) {
      this.#log.write('warn', 'qmgr', `what the former settings had open was not closed: ${String(cause)}`);
    }
  }
}
