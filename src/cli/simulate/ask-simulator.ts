// A question to whoever can judge: the running server, or, where none runs, a worker that is started for it. Questions and
// answers go in pieces, for a message is longer than a line.

import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Result } from '#base/result.ts';
import type { ControlFault } from '#mail/ports/control-method.ts';
import { loadConfig } from '#platform/config/load-config.ts';
import type { Config } from '#platform/config/schema.ts';
import { askServer, controlPath, NOT_RUNNING } from '../ask-server.ts';
import type { CommandContext } from '../command-context.ts';
import { findConfigFile, findUnnamedConfigFile, readSettings } from '../config-file.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import { refuseForeignState } from '../open-admin.ts';

const WORKER = join(import.meta.dirname, '../../processes/worker/simulation-main.ts');
/** As base64 it fits into a line of the control socket. */
const PIECE_OCTETS = 36 * 1024;

type Outcome = Result<unknown, ControlFault>;
type Call = (method: string, params: unknown) => Promise<Outcome | typeof NOT_RUNNING>;

/** What it answers is taken as it is: both ends are of one version. */
export async function askSimulator<T>(context: CommandContext, method: string, request: unknown): Promise<T> {
  const file = findConfigFile(context);
  const config = readSettings(context, file);
  const path = controlPath(config);
  const online: Call = async (name, params) => {
    const answer = await askServer(context, path, name, params);
    if (answer === NOT_RUNNING) return answer;
    return 'value' in answer ? { ok: true, value: answer.value } : { ok: false, error: answer.fault };
  };
  const answered = await ask(online, method, request);
  if (answered !== NOT_RUNNING) return readAnswer(answered);
  refuseForeignState(context, config.state_directory);
  await using worker = await startWorker(context, fileInForce(context, config) ?? file);
  const outcome = await ask(worker.call, method, request);
  if (outcome === NOT_RUNNING) throw new CommandFailure(EXIT.software, context.say('simulate.no-worker'));
  return readAnswer(outcome);
}

/** Without a server: what would be in force if one started, where that is the same state's. */
function fileInForce(context: CommandContext, { state_directory }: Config): string | undefined {
  const file = findUnnamedConfigFile(context);
  const loaded = file === undefined ? undefined : loadConfig(file);
  return loaded?.ok && loaded.value.state_directory === state_directory ? file : undefined;
}

async function ask(call: Call, method: string, request: unknown): Promise<Outcome | typeof NOT_RUNNING> {
  const octets = Buffer.from(JSON.stringify(request));
  const upload = randomBytes(12).toString('hex');
  for (let at = 0; at < octets.length; at += PIECE_OCTETS) {
    const piece = octets.toString('base64', at, at + PIECE_OCTETS);
    const taken = await call('upload', { name: upload, piece });
    if (taken === NOT_RUNNING || !taken.ok) return taken;
  }
  return await call(method, { upload });
}

function readAnswer<T>(outcome: Outcome): T {
  if (!outcome.ok) throw new CommandFailure(EXIT.data, outcome.error.message);
  return JSON.parse(Buffer.from((outcome.value as string[]).join(''), 'base64').toString()) as T;
}

interface OfflineWorker extends AsyncDisposable {
  readonly call: Call;
}

async function startWorker(context: CommandContext, configFile: string): Promise<OfflineWorker> {
  const child = fork(WORKER, [configFile], { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  const ended = once(child, 'exit');
  let complaints = '';
  child.stderr?.on('data', (text: Buffer) => {
    complaints += text.toString();
  });
  const failed = (reason: string) =>
    new CommandFailure(EXIT.configuration, context.say('simulate.worker-failed', { reason }));
  const hear = async (): Promise<unknown> => {
    const [message] = await Promise.race([once(child, 'message'), ended.then(() => [undefined])]);
    if (message !== undefined) return message;
    throw failed(complaints.trim());
  };
  const first = (await hear()) as { readonly kind: string; readonly text?: string };
  if (first.kind !== 'ready') throw failed(first.text ?? '');
  return {
    call: async (method, params) => {
      child.send({ method, params });
      return (await hear()) as Outcome;
    },
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await ended;
    },
  };
}
