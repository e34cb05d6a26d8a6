// What an administrator changed stands in the log: the act and on whom, never with what, so that no password gets there.

import type { ControlMethod } from '#mail/ports/control-method.ts';
import type { Log } from '#mail/ports/log.ts';

export type NamedMethod = readonly [name: string, method: ControlMethod];

export function logChange(log: Log, [name, method]: NamedMethod): NamedMethod {
  if (/\.(?:list|show|records|check)$/.test(name)) return [name, method];
  return [
    name,
    async (params) => {
      const outcome = await method(params);
      if (outcome.ok) log.write('info', 'control', `${name} ${subjectOf(params)}`);
      return outcome;
    },
  ];
}

/** The address or the domain; the method has read it as a text by now. */
function subjectOf(params: unknown): string {
  const { address, name } = params as { readonly address?: string; readonly name?: string };
  return address ?? name ?? '';
}
