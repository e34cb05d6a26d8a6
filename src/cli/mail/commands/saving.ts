// `save`, `copy`, `write`: messages added to a file, the last word of the line.

import { existsSync } from 'node:fs';
import type { Action } from '../command.ts';
import type { CommandEnd } from '../command-end.ts';
import { expandFileName } from '../file-names.ts';
import { findDefault, findMessages } from '../message-list.ts';
import { saveMessages } from '../save-messages.ts';
import { print, type Session } from '../session.ts';
import { visibleText } from '../visible-text.ts';

interface Saving {
  readonly name: 'save' | 'copy' | 'write';
  readonly part: 'message' | 'body';
  /** What is saved need not go to `~/mbox`. */
  readonly marks: boolean;
}

export const save = saving({ name: 'save', part: 'message', marks: true });
export const copy = saving({ name: 'copy', part: 'message', marks: false });
export const write = saving({ name: 'write', part: 'body', marks: true });

function saving(form: Saving): Action {
  return {
    kind: 'text',
    async run(session, text): Promise<CommandEnd> {
      const { box } = session;
      if (box === undefined) return 'failed';
      const lastBlank = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'));
      const name = text.slice(lastBlank + 1);
      if (name === '') {
        print(session, 'mail.no-file');
        return 'failed';
      }
      const numbers = findNumbers(session, text.slice(0, Math.max(0, lastBlank)), form);
      if (numbers === undefined) return 'failed';
      const path = expandFileName(session, name);
      const exists = existsSync(path);
      const messages = box.pick(numbers);
      for (const message of messages) message.touch();
      await saveMessages(session, messages, path, { filter: session.saved, part: form.part, place: 'end' });
      for (const message of messages) if (form.marks && message.fate === 'undecided') message.fate = 'saved';
      const what = session.say(exists ? 'mail.appended' : 'mail.new-file');
      session.terminal.write(`"${visibleText(path)}" ${what}\n`);
      return 'done';
    },
  };
}

function findNumbers(session: Session, list: string, { name }: Saving): readonly number[] | undefined {
  const { box } = session;
  if (box === undefined) return undefined;
  const { messages, dot, memory } = box;
  const searchesFields = session.variables.isSet('searchheaders');
  const found = findMessages(list, { messages, dot, ofDeleted: false, takesNames: true, searchesFields, memory });
  if (!found.ok) {
    print(session, found.error.key, found.error.values);
    return undefined;
  }
  if (found.value.length > 0) return found.value;
  const nearest = findDefault(messages, dot, false);
  if (nearest > 0) return [nearest];
  print(session, 'mail.nothing-to-save', { command: name });
  return undefined;
}
