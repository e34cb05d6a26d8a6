// `valija status`: how the running server is; exit code 69 where none runs.

import type { Command } from 'commander';
import type { DomainStatus } from '#mail/domain-check/domain-watch.ts';
import type { ConfigurationStatus, ServerStatus } from '#mail/ports/status-source.ts';
import { askServer, controlPath, NOT_RUNNING } from './ask-server.ts';
import type { CommandContext } from './command-context.ts';
import { refusalText } from './config-complaints.ts';
import { loadSettings } from './config-file.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { formatJson } from './output/json.ts';
import { formatMoment } from './output/moment.ts';
import { formatTable } from './output/table.ts';
import { addSubcommand } from './program.ts';
import { formatSafety } from './safety-lines.ts';

export function addStatus(program: Command, context: CommandContext): void {
  addSubcommand(program, context, 'status', 'status.description', 'status.examples').action(async () => {
    const path = controlPath(loadSettings(context));
    const answer = await askServer(context, path, 'status', {});
    const json = context.globalOptions().json;
    if (answer === NOT_RUNNING || !('value' in answer)) {
      if (json) context.print(formatJson({ running: false }));
      throw new CommandFailure(EXIT.unavailable, context.say('status.not-running', { path }));
    }
    const status = answer.value as ServerStatus;
    context.print(json ? formatJson({ running: true, ...status }) : formatStatus(context, status));
  });
}

function formatStatus(context: CommandContext, status: ServerStatus): string {
  const { say, paint } = context;
  const { version, hostname, pid, messages, listeners } = status;
  const started = formatMoment(context, status.startedMs);
  const uptime = formatUptime(context, status.nowMs - status.startedMs);
  const columns = [
    { title: say('status.service') },
    { title: say('status.address') },
    { title: say('status.port'), align: 'right' },
    { title: say('status.sessions'), align: 'right' },
    { title: say('status.sessions-total'), align: 'right' },
  ] as const;
  const rows = listeners.map(({ service, address, port, sessions, sessionsTotal }) =>
    [service, address, port, sessions, sessionsTotal].map(String),
  );
  const { accepted, filed, refused } = messages;
  return [
    paint('green', say('status.running', { version, hostname, started, uptime, pid })),
    say('status.messages', { accepted, filed, refused }),
    '',
    formatTable(columns, rows),
    formatLimited(context, status),
    formatConfiguration(context, status.configuration),
    ...formatDomainChecks(context, status.domains),
    formatSafety(context, status.safety),
  ].join('\n');
}

/** Who has to wait now, and by which rule; `valija why` explains a rule. */
function formatLimited(context: CommandContext, { limited, limitedTotal, nowMs }: ServerStatus): string {
  const { say } = context;
  if (limitedTotal === 0) return say('status.limited.none');
  const columns = [
    { title: say('status.service') },
    { title: say('status.limited.network') },
    { title: say('status.limited.account') },
    { title: say('status.limited.why') },
    { title: say('status.limited.count'), align: 'right' },
    { title: say('status.limited.refused'), align: 'right' },
    { title: say('status.limited.until'), align: 'right' },
  ] as const;
  const rows = limited.map(({ service, network, account, rule, count, limit, refused, untilMs }) => [
    service,
    network,
    // The server's JSON has null, or nothing, where there is none.
    account ?? '',
    rule,
    `${count}/${limit}`,
    String(refused ?? ''),
    `+${Math.ceil((untilMs - nowMs) / 1_000)} s`,
  ]);
  return [say('status.limited.title', { total: limitedTotal }), formatTable(columns, rows)].join('\n');
}

/** The server's JSON has null where there is none. */
function formatConfiguration(context: CommandContext, { number, loadedMs, refusal }: ConfigurationStatus): string {
  const { say, paint } = context;
  const inForce = say('status.configuration', { number, loaded: formatMoment(context, loadedMs) });
  if (!refusal) return inForce;
  const values = { at: formatMoment(context, refusal.atMs), reason: refusalText(context, refusal) };
  return `${inForce}\n${paint('yellow', say('status.configuration.refused', values))}`;
}

/** Nothing before the first look. */
function formatDomainChecks(context: CommandContext, { checked, checkedMs, troubled }: DomainStatus): string[] {
  const { say, paint } = context;
  if (!checkedMs) return [];
  const values = { total: checked, time: formatMoment(context, checkedMs) };
  if (troubled.length === 0) return [say('domain.status.green', values)];
  const lines = troubled.map(({ domain, troubles }) => {
    const rules = [...new Set(troubles.map(({ rule }) => rule))].join(', ');
    return `  ${domain}: ${rules}`;
  });
  return [paint('yellow', say('domain.status.title', values)), ...lines];
}

function formatUptime({ language }: CommandContext, durationMs: number): string {
  const minutes = Math.max(0, Math.floor(durationMs / 60_000));
  const parts: readonly (readonly [unit: string, value: number])[] = [
    ['day', Math.floor(minutes / 1_440)],
    ['hour', Math.floor(minutes / 60) % 24],
    ['minute', minutes % 60],
  ];
  const told = parts.filter(([unit, value]) => value > 0 || (unit === 'minute' && minutes < 60));
  return told
    .map(([unit, value]) =>
      new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value),
    )
    .join(' ');
}
