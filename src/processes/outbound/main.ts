// The outbound process: what must leave this server. The supervisor starts it, hands it settings, and tells it to change
// or to stop; the worker hands it messages over their private stream. Arguments: the configuration file's name, and
// `--log-to-terminal`.

import { messageOf } from '#base/thrown.ts';
import { unreachable } from '#base/unreachable.ts';
import { parseConfig } from '#platform/config/load-config.ts';
import type { Config } from '#platform/config/schema.ts';
import { formatComplaint } from '#platform/config/toml-text.ts';
import { giveBackAtRest } from '#platform/machine/rest.ts';
import { type Handover, linkToSupervisor } from '#processes/supervisor-link.ts';
import { compose, type OutboundHouse } from './compose.ts';
import { answerProbes, answerQueueQuestions } from './queue-questions.ts';

/** How long deliveries that run may go on when the process is told to stop. */
const STOP_GRACE_MS = 5_000;
const EX_CONFIG = 78;

const [configFile = '', ...flags] = process.argv.slice(2);

giveBackAtRest();
await using link = linkToSupervisor('the outbound process');
let house: OutboundHouse | undefined;
/** The worker may come before the settings do. */
const entered = Promise.withResolvers<OutboundHouse>();
link.peers.open((peer, channel) => {
  if (peer.role !== 'worker') return;
  channel.serve('take', async (head, body) => {
    const { worker, runner } = await entered.promise;
    worker.take(runner, head, body);
    return {};
  });
  answerProbes(channel, async () => (await entered.promise).recipientProbe);
  answerQueueQuestions(channel, async () => (await entered.promise).admin);
});
await serveUntilTold();
await leave();

async function serveUntilTold(): Promise<void> {
  for (;;) {
    const request = await link.next();
    switch (request.kind) {
      case 'settings':
        await change(request.handover);
        break;
      case 'note':
      case 'not-reloaded':
      case 'secrets':
      case 'make-room':
        break;
      case 'stop':
        return;
      default:
        unreachable(request);
    }
  }
}

/** With settings that do not work, those before them stay in force. */
async function change({ text }: Handover): Promise<void> {
  try {
    const config = readConfig(text);
    if (house === undefined) await enter(config);
    else await house.change(config);
    await link.tell({ kind: 'ready', listeners: [] });
  } catch (error) {
    const reason = messageOf(error);
    if (house === undefined) {
      await link.tell({ kind: 'failed', text: reason, exitCode: EX_CONFIG });
      process.exit(EX_CONFIG);
    }
    house.log.write('error', 'qmgr', `not reloaded, the settings in force stay: ${reason}`);
    await link.tell({ kind: 'refused', text: reason });
  }
}

async function enter(config: Config): Promise<void> {
  house = await compose(config, {
    logToTerminal: flags.includes('--log-to-terminal'),
    channelTo: (role, user) => link.peers.channelTo(role, user),
  });
  house.runner.start();
  entered.resolve(house);
}

/** What is fresh is kept; what the worker has not heard of it offers again to whoever comes next. */
async function leave(): Promise<void> {
  if (house === undefined) return;
  await house.runner.stop(STOP_GRACE_MS);
  await house.worker.flush();
  await Promise.all(link.peers.channels().map((channel) => channel.close()));
  await house[Symbol.asyncDispose]();
}

function readConfig(text: string): Config {
  const parsed = parseConfig(text, configFile);
  if (!parsed.ok) throw new Error(parsed.error.map(formatComplaint).join('\n'));
  return parsed.value;
}
