// `valija mailq`, and `mailq`, `sendmail -bp`: the queue in the form that Postfix prints and programs read.

import type { Command } from 'commander';
import type { QueuedMessageListing } from '#mail/ports/queue-admin.ts';
import type { CommandContext } from './command-context.ts';
import { formatJson } from './output/json.ts';
import { harmless } from './output/table.ts';
import { addSubcommand } from './program.ts';
import { askQueue } from './queue/ask-queue.ts';

const HEADING = '-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n';
/** Reasons end in this column. */
const REASON_COLUMNS = 76;
const MARKS: Readonly<Record<QueuedMessageListing['state'], string>> = {
  active: '*',
  hold: '!',
  incoming: '',
  deferred: '',
};

export function addMailq(program: Command, context: CommandContext): void {
  addSubcommand(program, context, 'mailq', 'mailq.description', 'mailq.examples').action(() => printMailq(context));
}

/** Also what `sendmail -bp` prints. */
async function printMailq(context: CommandContext): Promise<void> {
  const messages = askQueue(context).list({}, '', Number.MAX_SAFE_INTEGER);
  if (context.globalOptions().json) {
    const listed: QueuedMessageListing[] = [];
    for await (const message of messages) listed.push(message);
    return context.print(formatJson(listed));
  }
  for await (const text of formatMailq(messages)) context.print(text);
}

export async function* formatMailq(messages: AsyncIterable<QueuedMessageListing>): AsyncGenerator<string> {
  let count = 0;
  let sizeBytes = 0;
  for await (const message of messages) {
    yield (count === 0 ? HEADING : '\n') + formatMessage(message);
    count++;
    sizeBytes += message.sizeBytes;
  }
  if (count === 0) yield 'Mail queue is empty\n';
  else yield `\n-- ${Math.floor(sizeBytes / 1024)} Kbytes in ${count} Request${count === 1 ? '' : 's'}.\n`;
}

function formatMessage({ queueId, state, sizeBytes, arrivedMs, sender, recipients }: QueuedMessageListing): string {
  const id = (queueId + MARKS[state]).padEnd(11);
  const from = sender === '' ? 'MAILER-DAEMON' : harmless(sender);
  let text = `${id} ${String(sizeBytes).padStart(7)} ${asctime(new Date(arrivedMs))}  ${from}\n`;
  let shown = '';
  for (const { address, reason } of recipients) {
    const why = harmless(reason ?? '');
    // A reason stands above all recipients that have it.
    if (why !== shown) text += `${`(${why === '' ? 'reason unavailable' : why})`.padStart(REASON_COLUMNS + 2)}\n`;
    shown = why;
    text += `${' '.repeat(41)}${harmless(address)}\n`;
  }
  return text;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** C's asctime, without the year: `Sat Nov 21 10:00:00`, in the time of the place. */
function asctime(moment: Date): string {
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  const day = String(moment.getDate()).padStart(2);
  return `${DAYS[moment.getDay()]} ${MONTHS[moment.getMonth()]} ${day} ${time.join(':')}`;
}
