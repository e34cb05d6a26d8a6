// One line of the list of messages, in bsd-mailx's columns:
//
//   >U  1 debian@example.or  Sat Jan 16 18:22   79/3597  Re: hola

import type { ListedMessage } from './listed-message.ts';
import { visibleLine } from './visible-text.ts';

const NAME_CHARS = 17;
const DATE_CHARS = 16;

export interface ListLineOptions {
  readonly isDot: boolean;
  readonly width: number;
  /** The recipient in the sender's place: `TO ana`. */
  readonly recipient: string | undefined;
}

export function formatListLine(message: ListedMessage, number: number, options: ListLineOptions): string {
  const { isDot, width, recipient } = options;
  const name = recipient === undefined ? message.sender() : `TO ${recipient}`;
  const columns = [
    `${isDot ? '>' : ' '}${markOf(message)}${String(number).padStart(3)}`,
    `${column(visibleLine(name), NAME_CHARS)} `,
    column(dateOf(message.fromLine), DATE_CHARS),
    `${String(message.lineCount).padStart(4)}/${String(message.sizeBytes).padEnd(5)}`,
    visibleLine(message.subject()),
  ];
  return [...columns.join(' ')].slice(0, width).join('');
}

/** The last that applies, as in bsd-mailx's list. */
function markOf({ fate, isRead, isNew }: ListedMessage): string {
  if (fate === 'mbox') return 'M';
  if (!isRead) return isNew ? 'N' : 'U';
  if (fate === 'preserved') return 'P';
  return fate === 'saved' ? '*' : ' ';
}

/** `Sat Jan 16 18:22`, from the From_ line. */
function dateOf(fromLine: string): string {
  const at = fromLine.search(/ (?:Sun|Mon|Tue|Wed|Thu|Fri|Sat)[ ,]/);
  return visibleLine(fromLine.slice(at + 1, at + 1 + DATE_CHARS));
}

function column(text: string, chars: number): string {
  return [...text].slice(0, chars).join('').padEnd(chars);
}
