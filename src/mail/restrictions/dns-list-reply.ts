// The words of a refusal by a block list: a template with Postfix's macros (`default_rbl_reply`, `rbl_reply_maps`).

import type { SmtpReply } from '#protocols/smtp/reply.ts';
import { refusal } from './opinion.ts';

/** `rbl_domain` → its value; `` is «not there» for `${name?text}`. */
export type Macros = Readonly<Record<string, string>>;

/** `name`, `{name}`, `{name?text}`, `{name:text}` behind a dollar sign; text may hold macros again. */
export function expandTemplate(template: string, macros: Macros): string {
  let expanded = '';
  let at = 0;
  while (at < template.length) {
    const dollar = template.indexOf('$', at);
    if (dollar === -1) return expanded + template.slice(at);
    expanded += template.slice(at, dollar);
    const macro = readMacro(template, dollar + 1);
    expanded += macro.expand(macros);
    at = macro.end;
  }
  return expanded;
}

interface ReadMacro {
  readonly end: number;
  readonly expand: (macros: Macros) => string;
}

function readMacro(template: string, start: number): ReadMacro {
  if (template[start] === '{') return readBraced(template, start + 1);
  const end = nameEnd(template, start);
  if (end === start) return { end: template[start] === '$' ? start + 1 : start, expand: () => '$' };
  return { end, expand: (macros) => macroValue(macros, template.slice(start, end)) };
}

function readBraced(template: string, start: number): ReadMacro {
  const close = closingBrace(template, start);
  const end = nameEnd(template, start);
  const name = template.slice(start, end);
  const text = template.slice(end + 1, close);
  const operator = end < close ? template[end] : '';
  return {
    end: close + 1,
    expand: (macros) => {
      const value = macroValue(macros, name);
      if (operator === '?') return value === '' ? '' : expandTemplate(text, macros);
      if (operator === ':') return value === '' ? expandTemplate(text, macros) : '';
      return value;
    },
  };
}

function closingBrace(template: string, start: number): number {
  let depth = 1;
  for (let at = start; at < template.length; at++) {
    if (template[at] === '{') depth++;
    if (template[at] === '}') depth--;
    if (depth === 0) return at;
  }
  return template.length;
}

function nameEnd(template: string, start: number): number {
  let end = start;
  while (end < template.length && /[A-Za-z0-9_]/.test(template[end] ?? '')) end++;
  return end;
}

function macroValue(macros: Macros, name: string): string {
  return Object.hasOwn(macros, name) ? (macros[name] ?? '') : '';
}

/** `554 5.7.1 text`, the enhanced code left out or not; `undefined` where it is no refusal. */
export function readReplyText(text: string): SmtpReply | undefined {
  const found = /^([45][0-9]{2}) +(?:[245]\.([0-9]{1,3}\.[0-9]{1,3}) +)?(.*)$/s.exec(text);
  if (found === null) return undefined;
  const [, code = '', detail = '7.1', words = ''] = found;
  return refusal(Number(code), detail, words === '' ? 'Service unavailable' : words);
}
