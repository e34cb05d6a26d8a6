// `valija simulate RECIPIENT…`: a message that never came, through the real pipeline, without effect.

import { writeFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { Option } from 'commander';
import { messageOf } from '#base/thrown.ts';
import type { SimulationRequest } from '#mail/ports/simulator.ts';
import type { ReportedSimulation, SimulationOutcome } from '#mail/simulation/outcome.ts';
import { drawSimulation } from '#mail/simulation/picture.ts';
import { DOORS, type SimulationQuestion } from '#mail/simulation/question.ts';
import type { AddCommand, CommandContext } from './command-context.ts';
import { CommandFailure, EXIT, type ExitCode } from './exit-code.ts';
import { addSubcommand } from './program.ts';
import { show } from './show-record.ts';
import { askSimulator } from './simulate/ask-simulator.ts';
import { otherConfig } from './simulate/other-config.ts';
import { readFileOf } from './simulate/read-file.ts';
import { formatSimulation } from './simulate/simulation-view.ts';

interface SimulateOptions {
  readonly client: string;
  readonly clientName?: string;
  readonly helo: string;
  readonly from?: string;
  readonly login?: string;
  readonly door?: SimulationQuestion['door'];
  readonly tls?: boolean;
  readonly message?: string;
  readonly size?: string;
  readonly at?: string;
  readonly dns?: string;
  readonly askServices?: boolean;
  readonly svg?: string;
}

const EXIT_CODES: Readonly<Record<SimulationOutcome['verdict'], ExitCode>> = {
  accepted: EXIT.ok,
  refused: EXIT.data,
  deferred: EXIT.temporary,
};

export const addSimulate: AddCommand = (program, context) => {
  const { say } = context;
  addSubcommand(program, context, 'simulate', 'simulate.description', 'simulate.examples')
    .argument('<recipient...>', say('simulate.argument'))
    .addOption(new Option('--client <address>', say('simulate.option.client')).default('192.0.2.1', ''))
    .option('--client-name <name>', say('simulate.option.client-name'))
    .addOption(new Option('--helo <name>', say('simulate.option.helo')).default('client.example.org', ''))
    .option('--from <sender>', say('simulate.option.from'))
    .option('--login <account>', say('simulate.option.login'))
    .addOption(new Option('--door <service>', say('simulate.option.door')).choices([...DOORS]))
    .option('--tls', say('simulate.option.tls'))
    .option('--no-tls', say('simulate.option.no-tls'))
    .option('--message <file>', say('simulate.option.message'))
    .option('--size <octets>', say('simulate.option.size'))
    .option('--at <time>', say('simulate.option.at'))
    .option('--dns <file>', say('simulate.option.dns'))
    .option('--ask-services', say('simulate.option.ask-services'))
    .option('--svg <file>', say('simulate.option.svg'))
    .action((recipients: string[], options: SimulateOptions) => runSimulation(context, recipients, options));
};

async function runSimulation(
  context: CommandContext,
  recipients: readonly string[],
  options: SimulateOptions,
): Promise<void> {
  const request: SimulationRequest = {
    question: await readQuestion(context, recipients, options),
    ...(options.dns !== undefined && { zone: readFileOf(context, options.dns).toString() }),
    ...otherConfig(context),
  };
  const outcome = await askSimulator<ReportedSimulation>(context, 'simulate', request);
  if (options.svg !== undefined) writePicture(context, options.svg, drawSimulation(outcome, context.language));
  show(context, outcome, () => formatSimulation(context, outcome));
  if (options.svg !== undefined) context.errors.write(`${context.say('simulate.written', { file: options.svg })}\n`);
  context.exitCode = EXIT_CODES[outcome.verdict];
}

async function readQuestion(
  context: CommandContext,
  recipients: readonly string[],
  options: SimulateOptions,
): Promise<SimulationQuestion> {
  const { client, clientName, helo, login, door = login === undefined ? 'smtp' : 'submission' } = options;
  const from = options.from ?? login ?? 'sender@example.org';
  const message = await readMessage(context, options.message);
  return {
    door,
    clientAddress: client,
    clientName,
    helo,
    sender: from === '<>' ? '' : from,
    recipients,
    login,
    tls: options.tls ?? door.startsWith('submission'),
    atMs: options.at === undefined ? undefined : readTime(context, options.at),
    message,
    sizeBytes: options.size === undefined ? undefined : readSize(context, options.size),
    asksServices: options.askServices === true,
  };
}

/** As clients send it: lines end in CRLF. */
async function readMessage(context: CommandContext, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const octets = file === '-' ? await buffer(context.input) : readFileOf(context, file);
  return Buffer.from(octets.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1').toString('base64');
}

function writePicture({ say }: CommandContext, file: string, picture: string): void {
  try {
    writeFileSync(file, picture);
  } catch (error) {
    throw new CommandFailure(EXIT.cannotCreate, say('simulate.unwritable', { file, reason: messageOf(error) }));
  }
}

function readTime({ say }: CommandContext, text: string): number {
  const atMs = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) throw new CommandFailure(EXIT.usage, say('simulate.bad-time', { text }));
  return atMs;
}

function readSize({ say }: CommandContext, text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new CommandFailure(EXIT.usage, say('simulate.bad-size', { text }));
  return Number(text);
}
