// `valija state verify`: looks at everything below the state directory and at all mail, beside a running server or without
// one; it changes nothing. Exit code 65 where something is damaged.

import { existsSync } from 'node:fs';
import type { Config } from '#platform/config/schema.ts';
import { FINDINGS, type Finding } from '#platform/inspection/finding.ts';
import { inspectState } from '#platform/inspection/inspect-state.ts';
import { controlPath } from './ask-server.ts';
import type { AddCommand, CommandContext } from './command-context.ts';
import { loadSettings } from './config-file.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { formatJson } from './output/json.ts';
import { openProgress } from './output/progress.ts';
import { harmless } from './output/table.ts';
import { addSubcommand } from './program.ts';
import { FINDINGS_EN } from './texts/findings-en.ts';
import { FINDINGS_ES } from './texts/findings-es.ts';
import { fillGaps } from './texts/say.ts';

/** Longer than any delivery takes from its promise to its file. */
const SETTLE_MS = 3_000;

export const addState: AddCommand = (program, context) => {
  const state = addSubcommand(program, context, 'state', 'state.description', 'state.examples');
  addSubcommand(state, context, 'verify', 'state.verify', 'state.verify.examples').action(() => verify(context));
};

async function verify(context: CommandContext): Promise<void> {
  const { say, print } = context;
  const config = loadSettings(context);
  if (!existsSync(config.state_directory)) {
    throw new CommandFailure(EXIT.noInput, say('state.none', { folder: config.state_directory }));
  }
  const json = context.globalOptions().json;
  const progress = openProgress(context.errors);
  const counts = { damage: 0, notice: 0 };
  const records: unknown[] = [];
  let accounts = 0;
  const showProgress = (done: number, all: number): void => {
    accounts = done;
    progress.show(say('state.progress', { done, all }));
  };
  for await (const finding of inspectState({ ...whatToInspect(config), progress: showProgress })) {
    const severity = FINDINGS[finding.code];
    counts[severity] += 1;
    const text = describe(context, finding);
    progress.clear();
    if (json) records.push({ severity, code: finding.code, path: finding.path, detail: finding.detail, text });
    else print(formatFinding(context, finding, text));
  }
  progress.clear();
  if (json) print(formatJson(records));
  else print(say(counts.damage === 0 ? 'state.whole' : 'state.damaged', { accounts, ...counts }));
  if (counts.damage > 0) context.exitCode = EXIT.data;
}

function whatToInspect(config: Config) {
  const { smtpd_tls_cert_file: certificateFile, smtpd_tls_key_file: secretKeyFile } = config;
  const isConfigured = certificateFile !== undefined && secretKeyFile !== undefined;
  return {
    folder: config.state_directory,
    mailBase: config.virtual_mailbox_base,
    hasAccountsElsewhere: config.virtual_mailbox_maps.length + config.directory.length > 0,
    certificate: isConfigured ? { certificateFile, secretKeyFile } : undefined,
    nowMs: Date.now(),
    settleMs: existsSync(controlPath(config)) ? SETTLE_MS : 0,
  };
}

function describe({ language }: CommandContext, { code, detail = '' }: Finding): string {
  const texts = language === 'es' ? FINDINGS_ES : FINDINGS_EN;
  return fillGaps(texts[code], { detail: harmless(detail) });
}

function formatFinding({ say, paint }: CommandContext, { code, path }: Finding, text: string): string {
  const isDamage = FINDINGS[code] === 'damage';
  const word = paint(isDamage ? 'red' : 'yellow', say(isDamage ? 'state.word.damage' : 'state.word.notice'));
  return `${word} ${harmless(path)}: ${text}`;
}
