// The open folder as the user sees it: numbered messages, the current one (bsd-mailx calls it «dot»), and the screen of the list.

import { ListedMessage } from './listed-message.ts';
import type { MailFolder } from './mail-folder.ts';
import type { ListMemory } from './message-list.ts';

export class Box {
  readonly folder: MailFolder;
  /** As the user named it. */
  readonly name: string;
  /** `-f`: not the place where mail arrives, so that nothing goes to `~/mbox` by itself. */
  readonly isFile: boolean;
  readonly messages: ListedMessage[] = [];
  readonly memory: ListMemory = { states: '', subject: '' };
  dot = 1;
  screen = 0;
  /** `next` shows the current message where no command came before. */
  hasSeenCommand = false;

  constructor(folder: MailFolder, name: string, isFile: boolean) {
    this.folder = folder;
    this.name = name;
    this.isFile = isFile;
  }

  /** How many came. */
  async readNew(): Promise<number> {
    const found = await this.folder.readNew();
    for (const stored of found) this.messages.push(new ListedMessage(stored, this.folder.scratch));
    return found.length;
  }

  get current(): ListedMessage | undefined {
    return this.messages[this.dot - 1];
  }

  pick(numbers: readonly number[]): ListedMessage[] {
    return numbers.flatMap((number) => this.messages[number - 1] ?? []);
  }

  /** Where a reader begins among those from `first` on: the first new one, else the first unread, else the first. */
  beginning(first: number): number {
    const from = (isMeant: (message: ListedMessage) => boolean) =>
      this.messages.findIndex((message, index) => index >= first - 1 && isMeant(message)) + 1;
    return from(({ isNew }) => isNew) || from(({ isRead }) => !isRead) || first;
  }
}
