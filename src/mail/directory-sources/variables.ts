// Dovecot's variables in queries, filters and paths: what they stand for, of the address that is asked for.
//   %u  %{user}  the whole address (%s as well, as Postfix has it)     %n  %{username}  the local part
//   %d  %{domain}  the domain      %%  a percent sign      An `L` between makes small letters, which all of them are.

import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';

export type Variable = 'user' | 'username' | 'domain';
export type TemplatePart = { readonly text: string } | { readonly variable: Variable };

const SHORT: Readonly<Record<string, Variable>> = { u: 'user', s: 'user', n: 'username', d: 'domain' };
const LONG: Readonly<Record<string, Variable>> = { user: 'user', username: 'username', domain: 'domain' };

const VARIABLE = /%(?:(%)|L?([a-zA-Z])|\{([a-z_]{1,40})(?:\s*\|\s*lower)?\})?/g;

export function parseTemplate(text: string): Result<TemplatePart[], Mistake> {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const found of text.matchAll(VARIABLE)) {
    const [whole, percent, letter = '', word = ''] = found;
    parts.push({ text: text.slice(end, found.index) });
    end = found.index + whole.length;
    const variable = nameOf(SHORT, letter) ?? nameOf(LONG, word);
    if (percent !== undefined) parts.push({ text: '%' });
    else if (variable !== undefined) parts.push({ variable });
    else return err(mistake('variable-unknown', { text: whole }));
  }
  parts.push({ text: text.slice(end) });
  return ok(parts.filter((part) => 'variable' in part || part.text !== ''));
}

/** `quote` makes a value harmless where the text is a language: a filter, a name of a file. */
export function expandTemplate(
  parts: readonly TemplatePart[],
  address: AddrSpec,
  quote: (value: string) => string = (value) => value,
): string {
  return parts.map((part) => ('text' in part ? part.text : quote(resolve(part.variable, address)))).join('');
}

export function hasVariable(parts: readonly TemplatePart[], variable: Variable): boolean {
  return parts.some((part) => 'variable' in part && part.variable === variable);
}

function nameOf(names: Readonly<Record<string, Variable>>, name: string): Variable | undefined {
  return Object.hasOwn(names, name) ? names[name] : undefined;
}

/** `@example.org` is the whole of who catches all. */
function resolve(variable: Variable, { localPart, domain }: AddrSpec): string {
  switch (variable) {
    case 'user':
      return `${localPart}@${domain}`;
    case 'username':
      return localPart;
    case 'domain':
      return domain;
    default:
      return unreachable(variable);
  }
}
