// What zod finds wrong, and what the settings' own checks tell through it, as a mistake that there are words for in every
// language.

import { z } from 'zod';
import { isPlainPhrase, type Mistake, mistake } from '#base/mistakes/mistake.ts';

type Issue = z.core.$ZodIssue;

/** For a check of a setting's own. */
export function complain(context: z.RefinementCtx, wrong: Mistake, path: readonly PropertyKey[] = []): void {
  context.addIssue({ code: 'custom', message: wrong.phrase, params: { wrong }, path: [...path] });
}

/** Of a file: keys that are unknown are told one by one, by whoever knows the others. */
export function mistakeOf(issue: Exclude<Issue, { code: 'unrecognized_keys' }>): Mistake {
  // A form that has words of its own.
  if (issue.code !== 'custom' && isPlainPhrase(issue.message)) return mistake(issue.message);
  switch (issue.code) {
    case 'custom':
      return isPlainPhrase(issue.message) ? mistake(issue.message) : toldMistake(issue);
    case 'invalid_type':
      return wrongType(issue);
    case 'invalid_value':
      return mistake('value-none-of', { values: issue.values.map((value) => JSON.stringify(value)).join(', ') });
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_format':
      return wrongFormat(issue.format);
    case 'not_multiple_of':
      return mistake('number-no-multiple', { divisor: issue.divisor });
    case 'invalid_key':
      return mistake('key-malformed', { origin: issue.origin });
    case 'invalid_element':
      return mistake('element-malformed', { origin: issue.origin });
    case 'invalid_union':
      return wrongKind(issue);
  }
}

function toldMistake({ params }: Extract<Issue, { code: 'custom' }>): Mistake {
  return (params?.['wrong'] as Mistake | undefined) ?? mistake('input-malformed');
}

function wrongType({ expected, input }: Extract<Issue, { code: 'invalid_type' }>): Mistake {
  if (input === undefined) return mistake('setting-missing', { expected: typeWords(expected) });
  const received = typeof input === 'number' && !Number.isFinite(input) ? String(input) : z.core.util.parsedType(input);
  return mistake('type-wrong', { expected: typeWords(expected), received: typeWords(received) });
}

function tooSmall({ origin, minimum, inclusive }: Extract<Issue, { code: 'too_small' }>): Mistake {
  const bound = `${inclusive === false ? '>' : '>='}${minimum}`;
  if (origin === 'string') return mistake('text-too-short', { bound });
  if (origin === 'array') return mistake('list-too-short', { bound });
  return mistake('number-too-small', { type: typeWords(origin), bound });
}

function tooBig({ origin, maximum, inclusive }: Extract<Issue, { code: 'too_big' }>): Mistake {
  const bound = `${inclusive === false ? '<' : '<='}${maximum}`;
  if (origin === 'string') return mistake('text-too-long', { bound });
  if (origin === 'array') return mistake('list-too-long', { bound });
  return mistake('number-too-big', { type: typeWords(origin), bound });
}

function wrongFormat(format: string): Mistake {
  switch (format) {
    case 'email':
    case 'url':
    case 'ipv4':
    case 'ipv6':
      return mistake(`format-${format}`);
    default:
      return mistake('format-other', { format });
  }
}

function wrongKind(issue: Extract<Issue, { code: 'invalid_union' }>): Mistake {
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
  if (options.length === 0) return mistake('input-malformed');
  return mistake('kind-none-of', { values: options.map((option) => `'${String(option)}'`).join(' | ') });
}

/** What a file calls by another name than zod does is said in zod's own. */
function typeWords(type: string): Mistake | string {
  switch (type) {
    case 'string':
    case 'number':
    case 'int':
    case 'boolean':
    case 'array':
    case 'object':
    case 'record':
      return mistake(`type-${type}`);
    case 'TomlDate':
      return mistake('type-date');
    default:
      return type;
  }
}
