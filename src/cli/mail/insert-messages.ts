// `~m 2` and `~f 2`: messages of the open folder within the text that is being written.

import type { Draft } from './draft.ts';
import { findDefault, findMessages } from './message-list.ts';
import { messageText } from './message-text.ts';
import { print, type Session } from './session.ts';

export interface InsertionForm {
  /** All of its header, and its body as it stands. */
  readonly isWhole: boolean;
  /** Before each line. */
  readonly indent: string;
}

export async function insertMessages(session: Session, draft: Draft, list: string, form: InsertionForm): Promise<void> {
  const { box, terminal, say } = session;
  if (box === undefined) return print(session, 'mail.no-appropriate');
  const { messages, dot, memory } = box;
  const searchesFields = session.variables.isSet('searchheaders');
  const found = findMessages(list, { messages, dot, ofDeleted: false, takesNames: true, searchesFields, memory });
  if (!found.ok) return print(session, found.error.key, found.error.values);
  const numbers =
    found.value.length > 0 ? found.value : [findDefault(messages, dot, false)].filter((number) => number > 0);
  if (numbers.length === 0) return print(session, 'mail.no-appropriate');
  terminal.write(say('mail.interpolating'));
  for (const number of numbers) {
    const [message] = box.pick([number]);
    if (message === undefined) continue;
    message.touch();
    terminal.write(` ${number}`);
    const filter = form.isWhole ? undefined : session.shown;
    const indented = new IndentedLines(form.indent);
    for (const text of messageText(session, message, { filter, isRaw: form.isWhole })) {
      draft.text.append(Buffer.from(indented.push(text)));
    }
  }
  terminal.write('\n');
}

/** An empty line gets the sign alone, without blanks behind it. */
class IndentedLines {
  readonly #indent: string;
  #isAtStart = true;

  constructor(indent: string) {
    this.#indent = indent;
  }

  push(text: string): string {
    if (this.#indent === '' || text === '') return text;
    const lines = text.split('\n');
    const indented = lines.map((line, index) => {
      const isStart = index > 0 || this.#isAtStart;
      const isLast = index === lines.length - 1;
      if (!isStart || (isLast && line === '')) return line;
      return line === '' ? this.#indent.trimEnd() : this.#indent + line;
    });
    this.#isAtStart = text.endsWith('\n');
    return indented.join('\n');
  }
}
