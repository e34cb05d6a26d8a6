// Commands that show messages: whole, their first lines, or through a program.

import { setImmediate as turn } from 'node:timers/promises';
import type { Box } from '../box.ts';
import type { Action } from '../command.ts';
import type { CommandEnd } from '../command-end.ts';
import { findShell } from '../file-names.ts';
import type { ListedMessage } from '../listed-message.ts';
import { messageText } from '../message-text.ts';
import { messagePieces } from '../save-messages.ts';
import { complain, print, type Session } from '../session.ts';
import { visibleText } from '../visible-text.ts';

interface ShowingForm {
  /** All fields, and the body as it stands. */
  readonly isWhole: boolean;
  /** `when-long`: where `crt` says so. */
  readonly pager: 'always' | 'when-long';
}

const USUAL_TOP_LINES = 5;
const MOST_TOP_LINES = 10_000;

export const type: Action = showing({ isWhole: false, pager: 'when-long' });
export const typeWhole: Action = showing({ isWhole: true, pager: 'when-long' });
export const more: Action = showing({ isWhole: false, pager: 'always' });
export const moreWhole: Action = showing({ isWhole: true, pager: 'always' });

function showing(form: ShowingForm): Action {
  return { kind: 'messages', run: (session, box, numbers) => showMessages(session, box, numbers, form) };
}

export async function showMessages(
  session: Session,
  box: Box,
  numbers: readonly number[],
  form: ShowingForm,
): Promise<CommandEnd> {
  const { terminal } = session;
  const pager = findPager(session, box.pick(numbers), form);
  if (pager !== undefined) {
    const pieces = encoded(shownText(session, box, numbers, form));
    const status = await terminal.run(findShell(session), ['-c', pager], { input: pieces });
    if (status !== NOT_FOUND) return 'done';
    complain(session, 'mail.program-failed', { program: pager, status });
  }
  for (const text of shownText(session, box, numbers, form)) {
    terminal.write(text);
    if (!(await terminal.wasInterrupted())) continue;
    terminal.complain(`${session.say('mail.interrupt')}\n`);
    return 'done';
  }
  return 'done';
}

const NOT_FOUND = 127;

function* shownText(
  session: Session,
  box: Box,
  numbers: readonly number[],
  { isWhole }: ShowingForm,
): Generator<string> {
  for (const number of numbers) {
    const message = moveTo(box, number);
    if (message === undefined) continue;
    if (!session.variables.isSet('quiet')) yield `${session.say('mail.message', { number })}\n`;
    const filter = isWhole ? undefined : session.shown;
    for (const text of messageText(session, message, { filter, isRaw: isWhole })) yield visibleText(text);
  }
}

/** A pager that was left is asked to read no more between two pieces. */
async function* encoded(texts: Iterable<string>): AsyncGenerator<Buffer> {
  for (const text of texts) {
    yield Buffer.from(text);
    await turn();
  }
}

function findPager(
  { variables, terminal }: Session,
  messages: readonly ListedMessage[],
  form: ShowingForm,
): string | undefined {
  if (!terminal.isInteractive) return undefined;
  const pager = variables.value('PAGER') || 'more';
  if (form.pager === 'always') return pager;
  if (!variables.isSet('crt')) return undefined;
  const lines = messages.reduce((sum, { lineCount }) => sum + lineCount, 0);
  return lines > (variables.count('crt') ?? terminal.rows) ? pager : undefined;
}

/** It is the current one now, and read. */
function moveTo(box: Box, number: number): ListedMessage | undefined {
  const [message] = box.pick([number]);
  if (message === undefined) return undefined;
  box.dot = number;
  message.touch();
  return message;
}

export const top: Action = {
  kind: 'messages',
  run(session, box, numbers) {
    const asked = session.variables.count('toplines') ?? USUAL_TOP_LINES;
    // The From_ line comes on top of them.
    const lines = (asked > MOST_TOP_LINES ? USUAL_TOP_LINES : asked) + 1;
    let endsWithEmptyLine = true;
    for (const number of numbers) {
      const message = moveTo(box, number);
      if (message === undefined) continue;
      if (!session.variables.isSet('quiet')) print(session, 'mail.message', { number });
      if (!endsWithEmptyLine) session.terminal.write('\n');
      const first = firstLines(box, message, lines);
      session.terminal.write(first.map((line) => `${visibleText(line)}\n`).join(''));
      endsWithEmptyLine = first.at(-1)?.trim() === '';
    }
    return 'done';
  },
};

const LONGEST_LINE_BYTES = 1_024;

function firstLines(box: Box, message: ListedMessage, count: number): string[] {
  const { start, end } = message.range;
  const octets = box.folder.scratch.read({ start, end: Math.min(end, start + count * LONGEST_LINE_BYTES) });
  return octets.toString('utf8').split('\n', Math.min(count, message.lineCount));
}

/** The first that is meant behind the current one; without a list the next that is neither deleted nor saved. */
export const next: Action = {
  kind: 'messages-or-none',
  async run(session, box, numbers): Promise<CommandEnd> {
    const form = { isWhole: false, pager: 'when-long' } as const;
    if (numbers.length > 0) {
      const number = numbers.find((each) => each > box.dot) ?? numbers[0] ?? box.dot;
      return await showMessages(session, box, [number], form);
    }
    if (!box.hasSeenCommand && box.current?.isDeleted === false)
      return await showMessages(session, box, [box.dot], form);
    const behind = box.messages.findIndex(
      ({ fate }, index) => index >= box.dot && fate !== 'deleted' && fate !== 'saved',
    );
    if (behind >= 0) return await showMessages(session, box, [behind + 1], form);
    print(session, 'mail.at-end');
    return 'done';
  },
};

/** `pipe 1 wc`: as it stands in the mailbox. */
export const pipe: Action = {
  kind: 'messages-and-text',
  async run(session, box, numbers, command): Promise<CommandEnd> {
    if (command === '') {
      print(session, 'mail.no-command');
      return 'failed';
    }
    const { scratch } = box.folder;
    const messages = numbers.flatMap((number) => moveTo(box, number) ?? []);
    const pieces = function* () {
      for (const message of messages) yield* messagePieces(scratch, message, undefined);
    };
    await session.terminal.run(findShell(session), ['-c', command], { input: pieces() });
    return 'done';
  },
};
