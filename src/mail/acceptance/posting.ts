// The same door from within: what users of this machine send by the `sendmail` command, and what the server writes itself.
// There is nobody to say a reply to. What is refused for good leaves as a bounce (of a bounce: not at all); what cannot be
// decided now is the caller's to try again, and nothing of it was promised.

import { WorldError } from '#base/world-error.ts';
import { QUOTA } from '#mail/policy/recipient.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { OwnMail } from '#mail/ports/own-mail.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { reply, type SmtpReply } from '#protocols/smtp/reply.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { canonicalSender } from './canonical-sender.ts';
import type { RecipientParameters, SenderParameters, SessionFacts } from './envelope.ts';
import { MessageTransaction } from './message-transaction.ts';
import { octetsContent } from './octets-content.ts';

export interface PostedRecipient {
  /** As it was written: `root`, `usuario2@localhost`. */
  readonly address: string;
  readonly parameters: RecipientParameters;
}

export interface LocalMessage {
  /** Whom the kernel named, never the message. */
  readonly user: { readonly name: string; readonly uid: number; readonly fullName: string };
  /** As given with `-f`; `` is the null reverse-path, `undefined` the user's own address. */
  readonly sender: string | undefined;
  /** As given with `-F`, for a From that is missing. */
  readonly fullName?: string;
  readonly recipients: readonly PostedRecipient[];
  readonly parameters: SenderParameters;
  /** CRLF line ends. */
  readonly content: MessageContent;
}

/** What was refused for good is on its way back already. */
export interface Posted {
  readonly queueId: string;
  readonly refused: readonly { readonly recipient: string; readonly reply: SmtpReply }[];
}

export interface Posting {
  /** Resolves when it is promised; throws WorldError when it must be tried again later. The content stays the caller's. */
  postLocal(message: LocalMessage): Promise<Posted>;
  readonly ownMail: OwnMail;
}

export function createPosting(world: AcceptanceWorld): Posting {
  return {
    postLocal: (message) => postLocal(world, message),
    ownMail: {
      async post({ sender, recipient, octets, smtpUtf8, requireTls }) {
        const session = sessionWithin('own', undefined);
        const parameters = { ...NO_PARAMETERS, ...(requireTls && { requireTls }), smtpUtf8, body: '8BITMIME' } as const;
        const from = sender === '' ? undefined : world.routing.completeAddress(sender);
        const known = { sizeBytes: octets.length };
        const transaction = new MessageTransaction(world, session, from, parameters, known);
        const recipients = [{ address: recipient, parameters: { notify: undefined, orcpt: undefined } }];
        return (await post(world, transaction, recipients, octetsContent(octets), 'wait')).queueId;
      },
    },
  };
}

async function postLocal(world: AcceptanceWorld, message: LocalMessage): Promise<Posted> {
  const { user, recipients, parameters, content } = message;
  const { routing } = world;
  const own = routing.completeAddress(user.name);
  const given = message.sender === undefined ? own : routing.completeAddress(message.sender);
  // A sender that is no address is nobody: bounces go to who posted it.
  const sender = message.sender === '' ? undefined : await canonicalSender(world, given ?? own);
  const session = sessionWithin('local', user);
  const name = message.fullName ?? user.fullName;
  const transaction = new MessageTransaction(world, session, sender, parameters, {
    sizeBytes: content.sizeBytes,
    author: formatAuthor(sender ?? own, name),
  });
  return await post(world, transaction, recipients, content, sender === undefined ? 'wait' : 'refuse');
}

/** What becomes of mail for a full mailbox: nobody knows for how long it will be full. */
type WhenFull = 'wait' | 'refuse';

async function post(
  world: AcceptanceWorld,
  transaction: MessageTransaction,
  recipients: readonly PostedRecipient[],
  content: MessageContent,
  whenFull: WhenFull,
): Promise<Posted> {
  const refused: { recipient: string; reply: SmtpReply }[] = [];
  for (const { address: text, parameters } of recipients) {
    const address = world.routing.completeAddress(text);
    const verdict =
      address === undefined
        ? ({ outcome: 'reject', reply: reply(501, '5.1.3', `<${text}>: Bad recipient address syntax`) } as const)
        : settled(await transaction.addRecipient(address, parameters), whenFull);
    if (verdict.outcome === 'permit') continue;
    if (verdict.outcome === 'defer') throw laterError(transaction, verdict.reply);
    refused.push({ recipient: text, reply: verdict.reply });
    const shown = address ?? { localPart: text, domain: world.settings.myhostname };
    transaction.addRefused(shown, parameters, verdict.reply);
  }
  const { queueId, outcome, replies } = await transaction.decideContent(content);
  const [said] = replies;
  if (outcome === 'defer' && said !== undefined) throw laterError(undefined, said);
  return { queueId, refused };
}

const MAILBOX_FULL = reply(552, '5.2.2', 'Mailbox is full');

/** The other recipients shall not wait with one who has no room, and whoever posted it hears of that by the bounce. */
function settled(verdict: Verdict, whenFull: WhenFull): Pick<Verdict, 'outcome' | 'reply'> {
  const isFull = verdict.outcome === 'defer' && verdict.rule === QUOTA;
  return isFull && whenFull === 'refuse' ? { outcome: 'reject', reply: MAILBOX_FULL } : verdict;
}

function laterError(transaction: MessageTransaction | undefined, { lines }: SmtpReply): WorldError {
  transaction?.abandon('failed');
  return new WorldError(`post a message: ${lines.join(' ')}`, { transient: true });
}

const NO_PARAMETERS: SenderParameters = {
  declaredSizeBytes: undefined,
  body: '7BIT',
  smtpUtf8: false,
  auth: undefined,
  dsn: { ret: undefined, envid: undefined },
};

const LOOPBACK = '127.0.0.1';

function sessionWithin(profile: 'local' | 'own', user: LocalMessage['user'] | undefined): SessionFacts {
  return {
    profile,
    connection: {
      connectionId: profile,
      clientAddress: LOOPBACK,
      clientPort: 0,
      serverAddress: LOOPBACK,
      serverPort: 0,
    },
    tls: undefined,
    helo: undefined,
    extended: true,
    // The user of a machine has no mailbox of the store by this name: it names who posted, in the log and the queue.
    login: user && { account: user.name as AccountId, mechanism: 'local', uid: user.uid },
  };
}

/** display-name = phrase ; quoted, for a name may hold anything. RFC 5322 §3.4. */
function formatAuthor(address: AddrSpec | undefined, fullName: string): string | undefined {
  if (address === undefined) return undefined;
  const name = fullName.replace(/[\x00-\x1f\x7f]/g, ' ').trim();
  if (name === '') return formatAddrSpec(address);
  return `"${name.replace(/["\\]/g, '\\$&')}" <${formatAddrSpec(address)}>`;
}
