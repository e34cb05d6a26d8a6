// What is wrong with a file of settings, in the language of whoever reads it.

import type { ConfigurationRefusal } from '#mail/ports/status-source.ts';
import { type ConfigComplaint, describeComplaint } from '#platform/config/toml-text.ts';
import type { CommandContext } from './command-context.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import type { Language } from './texts/say.ts';

export function listComplaints(complaints: readonly ConfigComplaint[], language: Language): string {
  return complaints.map((complaint) => `  ${describeComplaint(complaint, language)}`).join('\n');
}

/** Why a running server did not load what it was to load. */
export function refusalText({ language }: Pick<CommandContext, 'language'>, refusal: ConfigurationRefusal): string {
  return (language === 'es' ? refusal.spanish : undefined) ?? refusal.text;
}

export function badConfig(
  { say, language }: Pick<CommandContext, 'say' | 'language'>,
  complaints: readonly ConfigComplaint[],
): CommandFailure {
  return new CommandFailure(
    EXIT.configuration,
    say('config.bad', { complaints: listComplaints(complaints, language) }),
  );
}
