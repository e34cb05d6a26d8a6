// `valija queue …`: what waits to leave this server, and what an administrator does about it.

import { setTimeout as wait } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import {
  QUEUE_ACTIONS,
  QUEUE_STATES,
  type QueueAction,
  type QueuedMessageListing,
  type QueueFilter,
  type QueueState,
} from '#mail/ports/queue-admin.ts';
import type { CommandContext } from './command-context.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { countOf, spanOf } from './option-values.ts';
import { formatJson } from './output/json.ts';
import { CLEAR_SCREEN } from './output/screen.ts';
import { addSubcommand } from './program.ts';
import { askQueue } from './queue/ask-queue.ts';
import { formatMessage, formatMessages, formatOverview } from './queue/queue-view.ts';
import { show } from './show-record.ts';

const LISTED = 100;
const MOST_LISTED = 9_999_999;
const WATCH_EVERY_MS = 1_000;
const WATCHED = 20;

interface FilterOptions {
  readonly sender?: string;
  readonly recipient?: string;
  readonly domain?: string;
  readonly olderThan?: string;
  readonly state?: QueueState;
}

interface ListOptions extends FilterOptions {
  readonly limit?: string;
  readonly after?: string;
}

export function addQueue(program: Command, context: CommandContext): void {
  const queue = addSubcommand(program, context, 'queue', 'queue.description', 'queue.examples');
  addList(queue, context);
  addShow(queue, context);
  for (const action of QUEUE_ACTIONS) addAction(queue, context, action);
  addSubcommand(queue, context, 'flush', 'queue.flush', 'queue.examples').action(async () => {
    await askQueue(context).flush();
    show(context, { flushed: true }, () => context.say('queue.flushed'));
  });
  addSubcommand(queue, context, 'watch', 'queue.watch', 'queue.examples').action(() => watch(context));
}

function addList(queue: Command, context: CommandContext): void {
  const { say } = context;
  withFilter(addSubcommand(queue, context, 'list', 'queue.list', 'queue.examples'), context)
    .option('--limit <count>', say('queue.option.limit'))
    .option('--after <queue-id>', say('queue.option.after'))
    .action(async ({ limit, after, ...options }: ListOptions) => {
      const most = limit === undefined ? LISTED : countOf(context, '--limit', limit, { most: MOST_LISTED });
      const filter = parseFilter(context, options);
      const messages: QueuedMessageListing[] = [];
      for await (const each of askQueue(context).list(filter, after ?? '', most)) messages.push(each);
      show(context, messages, () => {
        if (messages.length === 0) return say('queue.none');
        const table = formatMessages(context, messages, Date.now());
        const last = messages.at(-1)?.queueId ?? '';
        return messages.length < most ? table : `${table}${say('queue.more', { last })}\n`;
      });
    });
}

function addShow(queue: Command, context: CommandContext): void {
  addSubcommand(queue, context, 'show', 'queue.show', 'queue.examples')
    .argument('<queue-id>', context.say('queue.argument'))
    .action(async (queueId: string) => {
      const message = await askQueue(context).show(queueId);
      if (message === undefined)
        throw new CommandFailure(EXIT.noInput, context.say('queue.not-found', { id: queueId }));
      show(context, message, () => formatMessage(context, message));
    });
}

function addAction(queue: Command, context: CommandContext, action: QueueAction): void {
  const { say } = context;
  withFilter(addSubcommand(queue, context, action, `queue.${action}`, 'queue.examples'), context)
    .argument('[queue-id...]', say('queue.argument'))
    .option('--all', say('queue.option.all'))
    .action(async (queueIds: string[], { all, ...options }: FilterOptions & { all?: boolean }) => {
      const filter = parseFilter(context, options);
      const hasFilter = Object.keys(filter).length > 0;
      // A slip must not concern everything: one way of choosing, and it must be said.
      const ways = [queueIds.length > 0, hasFilter, all === true].filter((isGiven) => isGiven).length;
      if (ways !== 1) throw new CommandFailure(EXIT.usage, say('queue.choose'));
      const selection = queueIds.length > 0 ? { queueIds } : hasFilter ? filter : { all: true };
      const changed = await askQueue(context).act(action, selection);
      show(context, { changed }, () => say(`queue.${action}.done`, { count: changed }));
      if (changed === 0) context.exitCode = EXIT.noInput;
    });
}

function withFilter(command: Command, { say }: CommandContext): Command {
  return command
    .option('--sender <address>', say('queue.option.sender'))
    .option('--recipient <address>', say('queue.option.recipient'))
    .option('--domain <domain>', say('queue.option.domain'))
    .option('--older-than <time>', say('queue.option.older-than'))
    .addOption(new Option('--state <state>', say('queue.option.state')).choices(QUEUE_STATES));
}

function parseFilter(
  context: CommandContext,
  { sender, recipient, domain, olderThan, state }: FilterOptions,
): QueueFilter {
  return {
    ...(sender !== undefined && { sender: sender === '<>' ? '' : sender }),
    ...(recipient !== undefined && { recipient }),
    ...(domain !== undefined && { domain }),
    ...(olderThan !== undefined && { arrivedBeforeMs: Date.now() - spanOf(context, '--older-than', olderThan) }),
    ...(state !== undefined && { state }),
  };
}

/** Until Ctrl-C; for a program that reads it, one JSON object a second. */
async function watch(context: CommandContext): Promise<void> {
  const queue = askQueue(context);
  const isTerminal = context.output.isTTY === true;
  for (;;) {
    const nowMs = Date.now();
    const counts = await queue.counts();
    const destinations = (await queue.destinations()).slice(0, WATCHED);
    if (context.globalOptions().json)
      context.print(JSON.stringify(JSON.parse(formatJson({ ...counts, destinations }))));
    else context.print(`${isTerminal ? CLEAR_SCREEN : ''}${formatOverview(context, counts, destinations, nowMs)}`);
    await wait(WATCH_EVERY_MS);
  }
}
