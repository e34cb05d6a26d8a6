// `valija config check`: whether a file is good and harmless; with --attack the running server attacks itself with it.

import type { Command } from 'commander';
import type { AttackReport } from '#mail/interlock/attack-report.ts';
import { silentNoticeClasses } from '#platform/config/notice-classes.ts';
import { closedToPlainMail } from '#platform/config/tls-levels.ts';
import { askServer, controlPath, NOT_RUNNING } from '../ask-server.ts';
import type { CommandContext } from '../command-context.ts';
import { findConfigFile, loadSettings } from '../config-file.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import { addSubcommand } from '../program.ts';
import { formatAttack } from '../safety-lines.ts';
import { show } from '../show-record.ts';
import { type Candidate, readCandidate } from './read-candidate.ts';

interface CheckOptions {
  readonly attack?: true;
}

export function addCheck(config: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(config, context, 'check [file]', 'config.check.description', 'config.check.examples')
    .option('--attack', say('config.option.attack'))
    .action((file: string | undefined, { attack }: CheckOptions) => check(context, file, attack === true));
}

async function check(context: CommandContext, file: string | undefined, attack: boolean): Promise<void> {
  const { say } = context;
  const checked = file ?? findConfigFile(context);
  const candidate = readCandidate(context, checked);
  const { listen } = candidate.config;
  const warnings = [
    ...closedToPlainMail(candidate.config).map(({ address, port }) =>
      say('config.closed-to-plain-mail', { place: `${address} port ${port}` }),
    ),
    ...silentNoticeClasses(candidate.config).map((name) => say('config.silent-notice-class', { name })),
  ];
  const report = attack ? await attackWith(context, checked, file === undefined ? undefined : candidate) : undefined;
  const ok = report === undefined || report.hits.length === 0;
  show(context, { file: checked, ok, warnings, ...(report && { attack: report }) }, () => {
    const told = report === undefined ? [] : [formatAttack(context, report)];
    return [say('config.good', { file: checked, listeners: listen.length }), ...warnings, ...told].join('\n');
  });
  if (report !== undefined && report.hits.length > 0) context.exitCode = EXIT.configuration;
}

/** The settings in force, or the candidate beside them. */
async function attackWith(
  context: CommandContext,
  file: string,
  candidate: Candidate | undefined,
): Promise<AttackReport> {
  const path = controlPath(candidate?.config ?? loadSettings(context));
  const params = candidate === undefined ? {} : { file, text: candidate.text };
  const answer = await askServer(context, path, 'config.attack', params);
  if (answer === NOT_RUNNING) throw new CommandFailure(EXIT.unavailable, context.say('status.not-running', { path }));
  if ('fault' in answer) throw new CommandFailure(EXIT.configuration, answer.fault.message);
  return answer.value as AttackReport;
}
