// How safe the server is to others, in words: for `valija status` and `valija config check --attack`.

import type { AttackReport } from '#mail/interlock/attack-report.ts';
import { nameDanger } from '#mail/interlock/danger-text.ts';
import type { SafetyStatus } from '#mail/interlock/safety-status.ts';
import type { CommandContext } from './command-context.ts';
import { formatMoment } from './output/moment.ts';

/** The server's JSON has null where there is none. */
export function formatSafety(context: CommandContext, safety: SafetyStatus): string {
  const { say, paint, language } = context;
  const { accepted, untrustedGateways, translator, attack } = safety;
  const lines = accepted.map(({ danger, where, element }) => {
    return paint('red', say('safety.accepted', { danger: nameDanger(danger, language), where, element }));
  });
  lines.push(...untrustedGateways.map((gateway) => say('safety.gateway', { gateway })));
  if (translator) lines.push(paint('yellow', say('safety.translator', { ...translator })));
  lines.push(attack ? formatAttack(context, attack) : say('safety.not-attacked'));
  return lines.join('\n');
}

export function formatAttack(context: CommandContext, report: AttackReport): string {
  const { say, paint, language } = context;
  const { startedMs, tried, hits, untried, clientAddress } = report;
  const at = formatMoment(context, startedMs);
  const summary =
    hits.length === 0
      ? paint('green', say('safety.attack.nothing', { at, tried, clientAddress }))
      : paint('red', say('safety.attack.hits', { at, tried, clientAddress }));
  return [
    summary,
    ...hits.map(({ danger, service, shape, outcome }) => {
      return `  ${nameDanger(danger, language)}\n    ${service}: ${shape}\n    ${outcome.replaceAll('\n', '\n    ')}`;
    }),
    ...untried.map((what) => say('safety.attack.untried', { what })),
  ].join('\n');
}
