// Mail on its way out, for tests of transports: a job for some recipients, and what a transport needs of the world.

import { ok } from '#base/result.ts';
import type { DeliveryJob, DeliveryReport } from '#mail/ports/transport.ts';
import type { NextHop } from '#mail/queue/next-hop.ts';
import type { QueuedMessage, QueuedRecipient } from '#mail/queue/queued-message.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { createDialer } from '#platform/sockets/dial.ts';
import { ClientTls } from '#platform/tls/client-tls.ts';
import { DEFAULT_SMTP_CLIENT, type SmtpClientSettings } from '#services/outbound/settings.ts';
import { createSmtpTransport, type SmtpTransport } from '#services/outbound/smtp-transport.ts';
import { memoryContent } from './content.ts';
import { collectingLog } from './log.ts';
import { seededRandomness } from './randomness.ts';
import { mailServer, transportSecurity } from './transport-security.ts';

export interface JobOptions {
  readonly nextHop: NextHop;
  readonly recipients?: readonly (string | Partial<QueuedRecipient>)[];
  readonly sender?: string;
  readonly content?: string | Buffer;
  readonly message?: Partial<QueuedMessage>;
}

export const SAMPLE_MESSAGE = 'From: <usuario1@valija.test>\r\nSubject: hello\r\n\r\nHello.\r\n.A line with a dot.\r\n';

export function deliveryJob(options: JobOptions): DeliveryJob {
  const { nextHop, sender = 'usuario1@valija.test', content = SAMPLE_MESSAGE } = options;
  const recipients = (options.recipients ?? ['ana@example.org']).map((each): QueuedRecipient => {
    const given = typeof each === 'string' ? { address: each } : each;
    const address = given.address ?? 'ana@example.org';
    const parameters = { notify: undefined, orcpt: undefined };
    return { address, original: address, parameters, nextHop, ...given };
  });
  const octets = Buffer.from(content as string);
  const message: QueuedMessage = {
    queueId: 'Q1',
    arrivedMs: 0,
    sender,
    body: '7BIT',
    smtpUtf8: false,
    dsn: { ret: undefined, envid: undefined },
    origin: 'usuario1@valija.test',
    prefix: Buffer.alloc(0),
    sizeBytes: octets.length,
    recipients,
    ...options.message,
  };
  return { message, recipients, sender, content: memoryContent(octets) };
}

/** `delivered 2.0.0 250 2.0.0 Ok`, one line a recipient. */
export function outcomeLines({ outcomes }: DeliveryReport): string[] {
  return outcomes.map(({ kind, status, text }) => `${kind} ${status} ${text}`);
}

/** Over real sockets; every destination is a server of this machine. */
export function transportTo(port: number, settings: Partial<SmtpClientSettings> = {}): SmtpTransport {
  let connections = 0;
  const address = '127.0.0.1';
  return createSmtpTransport(
    {
      dialer: createDialer(new ClientTls(), () => `o${++connections}`),
      ...transportSecurity(),
      chooseServers: async () => ok([mailServer({ name: 'mx.example.org', address, port })]),
      clock: { nowMs: Date.now },
      alarm: systemAlarm,
      randomness: seededRandomness(),
      log: collectingLog(),
    },
    { ...DEFAULT_SMTP_CLIENT, heloName: 'mail.valija.test', ownNames: new Set(), ...settings },
  );
}
