// Commands that begin a message: `mail`, and answers to the sender alone or to all.

import { addressWords, bareAddresses, uniqueWords, withoutNames } from '../address-words.ts';
import type { Box } from '../box.ts';
import type { Action } from '../command.ts';
import type { CommandEnd } from '../command-end.ts';
import { writeAndSend } from '../compose.ts';
import { type DraftStart, startDraft } from '../draft.ts';
import type { ListedMessage } from '../listed-message.ts';
import { print, type Session } from '../session.ts';

export const mail: Action = {
  kind: 'text',
  async run(session, text): Promise<CommandEnd> {
    await begin(session, { to: addressWords(text) }, false);
    return 'done';
  },
};

/** `reply`: to all, unless `Replyall` turns the two commands round. */
export const reply: Action = {
  kind: 'messages',
  run: async (session, box, numbers) =>
    session.variables.isSet('Replyall')
      ? await replyToSenders(session, box, numbers)
      : await replyToAll(session, box, numbers),
};

export const replyToSender: Action = {
  kind: 'messages',
  run: async (session, box, numbers) =>
    session.variables.isSet('Replyall')
      ? await replyToAll(session, box, numbers)
      : await replyToSenders(session, box, numbers),
};

async function replyToAll(session: Session, box: Box, numbers: readonly number[]): Promise<CommandEnd> {
  const [number = 0, second] = numbers;
  if (second !== undefined) {
    print(session, 'mail.one-reply-at-once');
    return 'failed';
  }
  const [message] = box.pick([number]);
  if (message === undefined) return 'failed';
  message.touch();
  box.dot = number;
  const author = authorOf(message);
  const replyTo = addressesIn(message, 'reply-to');
  const others = withoutSelf(session, replyTo.length > 0 ? replyTo : addressesIn(message, 'to'));
  const to = replyTo.length === 0 ? [...others, ...author] : others.length > 0 ? others : author;
  const cc = replyTo.length === 0 ? withoutSelf(session, addressesIn(message, 'cc')) : [];
  await begin(session, { to: uniqueWords(to), cc: uniqueWords(cc), ...answerTo(message) }, true);
  return 'done';
}

async function replyToSenders(session: Session, box: Box, numbers: readonly number[]): Promise<CommandEnd> {
  const messages = box.pick(numbers);
  const [first] = messages;
  for (const message of messages) message.touch();
  box.dot = numbers.at(-1) ?? box.dot;
  const to = messages.flatMap(authorOf);
  if (first === undefined || to.length === 0) return 'done';
  await begin(session, { to, ...answerTo(first) }, true);
  return 'done';
}

async function begin(session: Session, start: DraftStart, showsHeader: boolean): Promise<void> {
  const { variables } = session;
  const from = variables.value('from');
  const replyTo = variables.value('REPLYTO');
  await writeAndSend(session, startDraft({ ...start, from, replyTo }), showsHeader);
}

function authorOf(message: ListedMessage): string[] {
  const from = addressesIn(message, 'from');
  return from.length > 0 ? from : [message.envelopeSender()].filter((word) => word !== '');
}

function addressesIn(message: ListedMessage, field: string): string[] {
  const text = message.field(field);
  return text === undefined ? [] : addressWords(bareAddresses(text));
}

function withoutSelf({ variables, person, alternates }: Session, words: readonly string[]): string[] {
  return withoutNames(words, [person.user, ...alternates], variables.isSet('allnet'));
}

function answerTo(message: ListedMessage): DraftStart {
  const subject = message.field('subject') ?? message.field('subj');
  const id = message.field('message-id');
  const references = [message.field('references') ?? message.field('in-reply-to'), id].filter(
    (text) => text !== undefined,
  );
  return {
    subject: subject === undefined || /^re:/i.test(subject) ? subject : `Re: ${subject}`,
    inReplyTo: id,
    references: references.length === 0 ? undefined : references.join('\n '),
  };
}
