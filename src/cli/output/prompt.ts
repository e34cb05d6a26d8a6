// Asks at the terminal; of a secret nothing is shown that is typed. Ctrl-C ends the command.

import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** `undefined` when the person gave up (Ctrl-C, Ctrl-D). */
export function askHidden(
  input: NodeJS.ReadableStream,
  screen: NodeJS.WritableStream,
  question: string,
): Promise<string | undefined> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  return new Promise((resolve) => {
    // From here on the terminal shows nothing by itself: only then is the question asked.
    const reader = createInterface({ input, output: unseen, terminal: true, historySize: 0 });
    const settle = (answer: string | undefined) => {
      reader.off('close', giveUp);
      reader.close();
      screen.write('\n');
      resolve(answer);
    };
    const giveUp = () => settle(undefined);
    reader.on('SIGINT', giveUp);
    reader.on('close', giveUp);
    reader.question('', settle);
    screen.write(question);
  });
}

/** `undefined` when the person gave up (Ctrl-C, Ctrl-D). */
export function askVisibly(
  input: NodeJS.ReadableStream,
  screen: NodeJS.WritableStream,
  question: string,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const reader = createInterface({ input, output: screen, terminal: true, historySize: 0 });
    const settle = (answer: string | undefined) => {
      reader.off('close', giveUp);
      reader.close();
      resolve(answer);
    };
    const giveUp = () => {
      screen.write('\n');
      settle(undefined);
    };
    reader.on('SIGINT', giveUp);
    reader.on('close', giveUp);
    reader.question(question, settle);
  });
}
