// What somebody typed wrongly, said in their language, with the near word and where to look. commander knows it only
// in English; its codes and quoted words are taken, its sentences are not.

import type { CommanderError } from 'commander';
import type { Say } from './texts/say.ts';
import type { TextKey } from './texts/text-key.ts';

interface Sentence {
  readonly form: RegExp;
  readonly text: TextKey;
  readonly gaps: readonly string[];
}

const SENTENCES: Readonly<Record<string, Sentence>> = {
  'commander.unknownCommand': {
    form: /^error: unknown command '([^']*)'/,
    text: 'usage.unknown-command',
    gaps: ['name'],
  },
  'commander.unknownOption': { form: /^error: unknown option '([^']*)'/, text: 'usage.unknown-option', gaps: ['name'] },
  'commander.missingArgument': {
    form: /^error: missing required argument '([^']*)'/,
    text: 'usage.missing-argument',
    gaps: ['name'],
  },
  'commander.optionMissingArgument': {
    form: /^error: option '([^']*)' argument missing/,
    text: 'usage.option-argument-missing',
    gaps: ['name'],
  },
  'commander.excessArguments': {
    form: /^error: too many arguments.*? Expected (\d+) arguments? but got (\d+)/,
    text: 'usage.too-many-arguments',
    gaps: ['expected', 'received'],
  },
  'commander.conflictingOption': {
    form: /^error: option '([^']*)' cannot be used with option '([^']*)'/,
    text: 'usage.options-conflict',
    gaps: ['one', 'other'],
  },
  'commander.invalidArgument': {
    form: /^error: (?:option|command-argument value) '([^']*)' (?:argument|is invalid for argument) '([^']*)'/,
    text: 'usage.invalid-value',
    gaps: ['name', 'value'],
  },
};

const NEAR = /\(Did you mean (?:one of )?([^?]*)\?\)/;
const CHOICES = / Allowed choices are (.*)\.$/;

export function formatUsageMistake(error: CommanderError, command: string, say: Say): string {
  const lines = [sentence(error, say)];
  const near = NEAR.exec(error.message)?.[1];
  if (near !== undefined) lines.push(say('usage.near', { names: near }));
  const choices = CHOICES.exec(error.message)?.[1];
  if (choices !== undefined) lines.push(say('usage.choices', { choices }));
  lines.push(say('usage.hint', { command: `${command} --help` }));
  return lines.join('\n');
}

function sentence(error: CommanderError, say: Say): string {
  const known = SENTENCES[error.code];
  const parts = known?.form.exec(error.message);
  if (known === undefined || !parts) return error.message.replace(/^error: /, '').split('\n')[0] ?? '';
  return say(known.text, Object.fromEntries(known.gaps.map((gap, i) => [gap, parts[i + 1] ?? ''])));
}
