// `valija doctor`: one page about the server and its surroundings, beside a running server or without one. Its exit codes are those of
// monitoring plugins: 0, 1 or 2. With --fix it changes what can be changed without harm, and looks once more.

import { existsSync } from 'node:fs';
import { type DoctorFinding, exitCodeOf, found, type Repair } from '#mail/doctor/finding.ts';
import type { CertificateListing } from '#mail/ports/certificate-admin.ts';
import type { ServerStatus } from '#mail/ports/status-source.ts';
import { examine, type Patient, type ServerSilence } from '#platform/doctor/examine.ts';
import { openConfiguredAdvisor } from '#platform/domain-check/configured-advisor.ts';
import { askServer, controlPath, NOT_RUNNING } from './ask-server.ts';
import type { AddCommand, CommandContext } from './command-context.ts';
import { loadSettings } from './config-file.ts';
import { keysOf } from './dkim/open-key-admin.ts';
import { formatPage, toRecord } from './doctor/page.ts';
import { mend } from './doctor/repairs.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { formatJson } from './output/json.ts';
import { openProgress } from './output/progress.ts';
import { addSubcommand } from './program.ts';

interface DoctorOptions {
  readonly fix?: true;
  readonly quiet?: true;
  /** False where --no-network was given. */
  readonly network: boolean;
}

export const addDoctor: AddCommand = (program, context) => {
  const { say } = context;
  addSubcommand(program, context, 'doctor', 'doctor.description', 'doctor.examples')
    .option('--fix', say('doctor.option.fix'))
    .option('--quiet', say('doctor.option.quiet'))
    .option('--no-network', say('doctor.option.no-network'))
    .action((options: DoctorOptions) => doctor(context, options));
};

async function doctor(context: CommandContext, { fix, quiet, network }: DoctorOptions): Promise<void> {
  const { print } = context;
  const json = context.globalOptions().json;
  const patient = await meetPatient(context, network);
  let { findings, repairs } = await examineAll(context, patient);
  const mended = fix === true ? mend(context, repairs) : [];
  if (mended.length > 0) ({ findings, repairs } = await examineAll(context, patient));
  if (json) print(formatJson({ findings: findings.map((finding) => toRecord(context, finding)), mended }));
  else print([...mended.map(({ text }) => text), formatPage(context, findings, { quiet: quiet === true })].join('\n'));
  context.exitCode = exitCodeOf(findings);
}

async function meetPatient(context: CommandContext, mayAsk: boolean): Promise<Patient> {
  const config = loadSettings(context);
  let silence: ServerSilence | undefined;
  /** Whoever hangs once is not asked again. */
  const ask = async <T>(method: string): Promise<T | undefined> => {
    if (silence !== undefined) return undefined;
    try {
      const answer = await askServer(context, controlPath(config), method, {});
      return answer === NOT_RUNNING || !('value' in answer) ? undefined : (answer.value as T);
    } catch (error) {
      silence = silenceOf(error);
      return undefined;
    }
  };
  const status = await ask<ServerStatus>('status');
  const certificates = await ask<CertificateListing>('tls.list');
  return {
    ...{ config, status, certificates },
    silence: status === undefined ? silence : undefined,
    advisor: openConfiguredAdvisor(() => config, keysOf(config)),
    mayAsk,
    nowMs: () => Date.now(),
  };
}

function silenceOf(error: unknown): ServerSilence {
  if (!(error instanceof CommandFailure)) throw error;
  const rule = error.exitCode === EXIT.notPermitted ? 'server-unasked' : 'server-silent';
  return { rule, reason: error.message };
}

interface Examination {
  readonly findings: readonly DoctorFinding[];
  readonly repairs: readonly Repair[];
}

async function examineAll({ errors, say }: CommandContext, patient: Patient): Promise<Examination> {
  const { state_directory: state } = patient.config;
  if (!existsSync(state)) return { findings: [found('state-missing', state)], repairs: [] };
  const progress = openProgress(errors);
  const parts: Examination[] = [];
  for await (const part of examine(patient, (what) => progress.show(say('doctor.progress', { what }))))
    parts.push(part);
  progress.clear();
  return {
    findings: parts.flatMap(({ findings }) => findings),
    repairs: parts.flatMap(({ findings, repairs }) => [...findings.flatMap(({ repair }) => repair ?? []), ...repairs]),
  };
}
