// The end of `valija setup`: the password that was made, whether the certificate has come, what is to be published, and what
// others see of it now. All of it is asked of commands of our own, run as the user that owns the state.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { CertificateListing } from '#mail/ports/certificate-admin.ts';
import type { CommandContext } from '../command-context.ts';
import { openProgress } from '../output/progress.ts';
import type { SetupAnswers } from './answers.ts';
import type { Ids } from './carry-out.ts';
import { STATE_USER } from './plan.ts';
import { findUserIds } from './system-ids.ts';

export interface SetUp {
  readonly answers: SetupAnswers;
  readonly password: string;
  /** The server was started. */
  readonly isRunning: boolean;
  readonly program: string;
  readonly configFile: string;
}

const LONGEST_WAIT_MS = 60_000;
const LOOK_EVERY_MS = 1_000;

export async function finishSetup(context: CommandContext, setUp: SetUp): Promise<void> {
  const { answers, password, isRunning, program, configFile } = setUp;
  const { say, paint, print } = context;
  const { account, domain, server } = answers;
  if (answers.password === undefined) print(paint('bold', say('setup.password', { account, password })));
  const ids = await findUserIds(STATE_USER);
  const words = ['--lang', context.language, '--config', configFile];
  if (!isRunning) print(say('setup.start-yourself', { command: `${program} serve --config ${configFile}` }));
  else if (server?.authority !== undefined) {
    const hostname = server.hostname;
    const came = await certificateComes(context, { program, words, ids, hostname });
    print(
      came
        ? paint('green', say('setup.certificate-there', { hostname }))
        : paint('yellow', say('setup.certificate-missing', { hostname })),
    );
  }
  print(`\n${paint('bold', say('setup.records', { domain }))}`);
  await show(program, [...words, 'domain', 'records', domain], ids);
  print(`\n${paint('bold', say('setup.checks', { domain }))}`);
  await show(program, [...words, 'domain', 'check', domain], ids);
  print(`\n${say('setup.next', { domain })}`);
}

interface Wanted {
  readonly program: string;
  readonly words: readonly string[];
  readonly ids: Ids;
  readonly hostname: string;
}

async function certificateComes(context: CommandContext, wanted: Wanted): Promise<boolean> {
  const progress = openProgress(context.errors);
  const untilMs = performance.now() + LONGEST_WAIT_MS;
  while (performance.now() < untilMs) {
    progress.show(context.say('setup.certificate-wait', { hostname: wanted.hostname }));
    if (await hasCertificate(wanted)) return true;
    await wait(LOOK_EVERY_MS);
  }
  progress.clear();
  return false;
}

async function hasCertificate({ program, words, ids, hostname }: Wanted): Promise<boolean> {
  const child = spawn(program, [...words, 'tls', 'list', '--json'], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
    ...ids,
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (octets: Buffer) => chunks.push(octets));
  const [code] = await once(child, 'close');
  if (code !== 0) return false;
  const { certificates } = JSON.parse(Buffer.concat(chunks).toString()) as CertificateListing;
  return certificates.some(
    ({ source, names, served }) => source === 'acme' && served !== undefined && names.includes(hostname),
  );
}

/** Its output is ours; what it finds is no failure of ours. */
async function show(program: string, words: readonly string[], ids: Ids): Promise<void> {
  const child = spawn(program, words, { cwd: '/', stdio: ['ignore', 'inherit', 'inherit'], ...ids });
  await once(child, 'close');
}
