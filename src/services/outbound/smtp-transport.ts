// Carries messages to other servers by SMTP or LMTP. RFC 5321 §5.1, RFC 2033. One transport speaks one of the two, has its
// own settings, and keeps connections open a little for what comes next.

import { WorldError } from '#base/world-error.ts';
import type { Alarm } from '#mail/ports/alarm.ts';
import type { ProbeAnswer } from '#mail/ports/recipient-probe.ts';
import type { DeliveryJob, DeliveryReport, Transport } from '#mail/ports/transport.ts';
import { Callout, type CalloutQuestion } from './callout.ts';
import { ConnectionCache } from './connection-cache.ts';
import { Delivery, type DeliveryWorld } from './delivery.ts';
import type { SmtpClientSettings } from './settings.ts';

export interface SmtpTransportWorld extends DeliveryWorld {
  readonly alarm: Alarm;
}

/** Disposing takes leave of the connections that wait. */
export interface SmtpTransport extends Transport, Disposable {
  /** Would the servers of that destination take this recipient? Nothing is sent. */
  ask(question: CalloutQuestion): Promise<ProbeAnswer>;
  readonly waitingConnections: number;
}

export function createSmtpTransport(world: SmtpTransportWorld, settings: SmtpClientSettings): SmtpTransport {
  const cache = new ConnectionCache(settings.cache, world.clock, world.alarm);
  return {
    deliver: (job) => deliver(world, settings, cache, job),
    ask: (question) => ask(world, settings, cache, question),
    get waitingConnections() {
      return cache.size;
    },
    [Symbol.dispose]: () => cache[Symbol.dispose](),
  };
}

async function deliver(
  world: SmtpTransportWorld,
  settings: SmtpClientSettings,
  cache: ConnectionCache,
  job: DeliveryJob,
): Promise<DeliveryReport> {
  const { clock, log } = world;
  const beganMs = clock.nowMs();
  const delivery = new Delivery(world, settings, cache, job, destinationOf(job, settings));
  let outcomes: DeliveryReport['outcomes'];
  try {
    outcomes = await delivery.run();
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    log.write('error', settings.protocol, `${job.message.queueId}: ${error.message}`);
    outcomes = delivery.ended({ kind: 'deferred', status: '4.3.0', text: 'mail system error, see the log' });
  }
  const endedMs = clock.nowMs();
  const connectedMs = delivery.connectedMs ?? endedMs;
  return { outcomes, connectMs: connectedMs - beganMs, deliverMs: endedMs - connectedMs };
}

async function ask(
  world: SmtpTransportWorld,
  settings: SmtpClientSettings,
  cache: ConnectionCache,
  question: CalloutQuestion,
): Promise<ProbeAnswer> {
  try {
    return await new Callout(world, settings, cache, question).run();
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    world.log.write('error', settings.protocol, `${question.address}: ${error.message}`);
    return { kind: 'unknown', text: 'mail system error, see the log' };
  }
}

function destinationOf({ recipients }: DeliveryJob, { protocol }: SmtpClientSettings): string {
  const hop = recipients[0]?.nextHop;
  if (hop?.transport !== protocol) throw new Error(`a job for ${hop?.transport ?? 'nobody'} given to ${protocol}`);
  return hop.destination;
}
