// Carries out the steps of a plan; where one fails, undoes those before it, the last first, so that the machine is as it was.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { unreachable } from '#base/unreachable.ts';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import { EXIT } from '../exit-code.ts';
import { type Owner, type SetupStep, subjectOf } from './step.ts';

export type StepOutcome = 'done' | 'was-there';

export class StepFailure extends Error {
  readonly step: SetupStep;
  /** Steps before it that could not be undone, and why. */
  remains: readonly { readonly step: SetupStep; readonly reason: string }[] = [];

  constructor(step: SetupStep, text: string) {
    super(text);
    this.name = 'StepFailure';
    this.step = step;
  }
}

export interface SetupWorld {
  /** The words before those of a command of `valija`: the program, its options, the configuration. */
  readonly valija: readonly string[];
  readonly stateUser: string;
  readonly findUser: (name: string) => Promise<Ids>;
  readonly findGroup: (name: string) => Promise<number>;
  readonly report: (step: SetupStep, outcome: StepOutcome) => void;
}

export interface Ids {
  readonly uid: number;
  readonly gid: number;
}

type Undo = () => void | Promise<void>;

/** Throws StepFailure, after everything was undone that can be. */
export async function carryOut(steps: readonly SetupStep[], world: SetupWorld): Promise<void> {
  const done: { readonly step: SetupStep; readonly undo: Undo }[] = [];
  for (const step of steps) {
    try {
      const undo = await perform(step, world);
      world.report(step, undo === undefined ? 'was-there' : 'done');
      if (undo !== undefined) done.push({ step, undo });
    } catch (error) {
      const failure = error instanceof StepFailure ? error : new StepFailure(step, reasonOf(error));
      failure.remains = await undoAll(done.toReversed());
      throw failure;
    }
  }
}

/** One that fails keeps none of the others. */
async function undoAll(
  done: readonly { readonly step: SetupStep; readonly undo: Undo }[],
): Promise<StepFailure['remains']> {
  const remains: { step: SetupStep; reason: string }[] = [];
  for (const { step, undo } of done) {
    try {
      await undo();
    } catch (error) {
      remains.push({ step, reason: reasonOf(error) });
    }
  }
  return remains;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** How it is undone; `undefined` where there was nothing to do. */
async function perform(step: SetupStep, world: SetupWorld): Promise<Undo | undefined> {
  switch (step.kind) {
    case 'user':
      await mustRun(step, step.command);
      return () => mustRun(step, ['userdel', step.user]);
    case 'folder':
      return await makeFolder(step, world);
    case 'file':
      return await writeFile(step, world);
    case 'valija':
      return await runValija(step, world);
    case 'service':
      return await startService(step);
    default:
      return unreachable(step);
  }
}

/** One that does not start is not left behind either: systemd would try it again and again. */
async function startService(step: Extract<SetupStep, { kind: 'service' }>): Promise<Undo> {
  const takeBack = () => mustRun(step, ['systemctl', 'disable', '--now', step.unit]);
  await mustRun(step, ['systemctl', 'daemon-reload']);
  try {
    await mustRun(step, ['systemctl', 'enable', '--now', step.unit]);
  } catch (failure) {
    await takeBack().catch(() => undefined); // What failed first is what counts.
    throw failure;
  }
  return takeBack;
}

async function makeFolder(
  { path, owner, mode }: Extract<SetupStep, { kind: 'folder' }>,
  world: SetupWorld,
): Promise<Undo | undefined> {
  if (existsSync(path)) return undefined;
  const { uid, gid } = await idsOf(owner, world);
  mkdirSync(path, { mode: 0o700 });
  chownSync(path, uid, gid);
  chmodSync(path, mode);
  // Only what setup itself has put there is in it: the state of a server that never ran.
  return () => rmSync(path, { recursive: true, force: true });
}

/** An existing file is put back as it was. */
async function writeFile(
  { path, owner, mode, text }: Extract<SetupStep, { kind: 'file' }>,
  world: SetupWorld,
): Promise<Undo | undefined> {
  const former = existsSync(path) ? readFileSync(path) : undefined;
  if (former?.toString() === text) return undefined;
  const ids = former === undefined ? await idsOf(owner, world) : statSync(path);
  const put = (octets: string | Buffer) => {
    writeAtomically(path, octets);
    chownSync(path, ids.uid, ids.gid);
    chmodSync(path, mode);
  };
  put(text);
  return () => (former === undefined ? rmSync(path, { force: true }) : put(former));
}

/** What exists already is left as it is. */
async function runValija(
  step: Extract<SetupStep, { kind: 'valija' }>,
  { valija, stateUser, findUser }: SetupWorld,
): Promise<Undo | undefined> {
  const ids = await findUser(stateUser);
  const { code, text } = await run([...valija, ...step.words], step.input, ids);
  if (code === EXIT.cannotCreate) return undefined;
  if (code !== EXIT.ok) throw new StepFailure(step, text);
  const { undo } = step;
  return async () => {
    if (undo !== undefined) await run([...valija, ...undo], undefined, ids);
  };
}

async function mustRun(step: SetupStep, words: readonly string[]): Promise<void> {
  const { code, text } = await run(words);
  if (code !== 0) throw new StepFailure(step, text === '' ? `${subjectOf(step)}: exit code ${code}` : text);
}

async function run(words: readonly string[], input?: string, ids?: Ids): Promise<{ code: number; text: string }> {
  const [program = '', ...rest] = words;
  const child = spawn(program, rest, { cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], ...ids });
  let text = '';
  const take = (octets: Buffer) => {
    text = (text + octets.toString()).slice(-MOST_OUTPUT_CHARS);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  child.stdin.on('error', () => undefined); // It has ended without reading: its exit code says why.
  child.stdin.end(input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, text: text.trim() };
}

const MOST_OUTPUT_CHARS = 8_192;

async function idsOf({ user, group }: Owner, { findUser, findGroup }: SetupWorld): Promise<Ids> {
  return { uid: (await findUser(user)).uid, gid: await findGroup(group) };
}
