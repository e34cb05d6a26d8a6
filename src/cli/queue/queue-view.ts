// How the queue looks to a person.

import type { DestinationListing, QueueCounts, QueuedMessageListing } from '#mail/ports/queue-admin.ts';
import type { CommandContext } from '../command-context.ts';
import { formatMoment } from '../output/moment.ts';
import { formatSize } from '../output/size.ts';
import { formatFields, formatTable } from '../output/table.ts';

const LONGEST_REASON = 80;

export function formatMessages(
  context: CommandContext,
  messages: readonly QueuedMessageListing[],
  nowMs: number,
): string {
  const { say } = context;
  const columns = [
    { title: say('queue.field.id') },
    { title: say('queue.field.state') },
    { title: say('queue.field.age'), align: 'right' },
    { title: say('queue.field.size'), align: 'right' },
    { title: say('queue.field.sender') },
    { title: say('queue.field.recipients') },
    { title: say('queue.field.next') },
    { title: say('queue.field.reason') },
  ] as const;
  const rows = messages.map((message) => {
    const [first, ...others] = message.recipients;
    const nextMs = Math.min(
      ...message.recipients.map(({ nextAttemptMs }) => nextAttemptMs ?? Number.POSITIVE_INFINITY),
    );
    return [
      message.queueId,
      say(`queue.state.${message.state}`),
      formatSpan(nowMs - message.arrivedMs),
      formatSize(message.sizeBytes),
      message.sender === '' ? '<>' : message.sender,
      `${first?.address ?? ''}${others.length === 0 ? '' : ` +${others.length}`}`,
      Number.isFinite(nextMs) && message.state !== 'active' ? formatSpan(nextMs - nowMs) : '',
      shortened(first?.reason ?? ''),
    ];
  });
  return formatTable(columns, rows);
}

export function formatMessage(context: CommandContext, message: QueuedMessageListing): string {
  const { say } = context;
  const head = formatFields([
    [say('queue.field.id'), message.queueId],
    [say('queue.field.state'), say(`queue.state.${message.state}`)],
    [say('queue.field.arrived'), formatMoment(context, message.arrivedMs)],
    [say('queue.field.expires'), formatMoment(context, message.expiresMs)],
    [say('queue.field.size'), formatSize(message.sizeBytes)],
    [say('queue.field.sender'), message.sender === '' ? '<>' : message.sender],
    [say('queue.field.origin'), message.origin],
  ]);
  const recipients = message.recipients.map((each) => {
    const original = each.original === each.address ? [] : [[say('queue.field.original'), each.original] as const];
    return formatFields([
      [say('queue.field.recipient'), each.address],
      ...original,
      [say('queue.field.destination'), each.destination],
      [say('queue.field.attempts'), String(each.attempts)],
      // The server's JSON has null, or nothing, where there is none.
      [say('queue.field.last'), each.lastAttemptMs ? formatMoment(context, each.lastAttemptMs) : '–'],
      [say('queue.field.next'), each.nextAttemptMs ? formatMoment(context, each.nextAttemptMs) : '–'],
      [say('queue.field.reason'), each.reason ?? '–'],
    ]);
  });
  return [head, ...recipients].join('\n');
}

export function formatOverview(
  context: CommandContext,
  counts: QueueCounts,
  destinations: readonly DestinationListing[],
  nowMs: number,
): string {
  const { say } = context;
  const { messages, recipients, held, active } = counts;
  const head = say('queue.overview', { messages, recipients, held, active });
  if (destinations.length === 0) return `${head}\n`;
  const columns = [
    { title: say('queue.field.destination') },
    { title: say('queue.field.active'), align: 'right' },
    { title: say('queue.field.waiting'), align: 'right' },
    { title: say('queue.field.concurrency'), align: 'right' },
    { title: say('queue.field.suspended') },
    { title: say('queue.field.reason') },
  ] as const;
  const rows = destinations.map((each) => [
    each.destination,
    String(each.active),
    String(each.waiting),
    String(each.concurrency),
    each.suspendedUntilMs ? formatSpan(each.suspendedUntilMs - nowMs) : '',
    shortened(each.reason ?? ''),
  ]);
  return `${head}\n\n${formatTable(columns, rows)}`;
}

/** `45s`, `12m`, `3h`, `2d`: one number is enough to see how long. */
function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 100) return `${seconds}s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)}m`;
  return seconds < 100 * 3600 ? `${Math.round(seconds / 3600)}h` : `${Math.round(seconds / 86400)}d`;
}

function shortened(text: string): string {
  return text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON - 1)}…` : text;
}
