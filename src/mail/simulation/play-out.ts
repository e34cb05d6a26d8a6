// Plays a script at the real pipeline: what a client says at one of our doors, in the order in which clients say it, up to the
// reply that ends it. What a client gives up after a refusal, it gives up here, too.

import { createAcceptance } from '#mail/acceptance/acceptance.ts';
import type { DoorWorld } from '#mail/acceptance/acceptance-world.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { DEFAULT_SMTP_LIMITS, type SmtpLimits } from '#protocols/smtp/limits.ts';
import { PROFILES, type Profile } from '#protocols/smtp/profile.ts';
import { DEFAULT_SMTP_QUIRKS } from '#protocols/smtp/quirks.ts';
import type { TlsLevel } from '#protocols/smtp/tls-level.ts';
import { Conversation, SIMULATED_MECHANISM } from './conversation.ts';
import { quietWorld } from './quiet-world.ts';
import type { Exchange, Transcript } from './transcript.ts';

export interface SimulatedDoor {
  readonly profile: Profile['name'];
  readonly port: number;
  readonly tlsLevel: TlsLevel;
  readonly limits: Partial<SmtpLimits>;
}

export interface PlayedWorld {
  /** That of the door, with its settings. */
  readonly acceptance: DoorWorld;
  readonly door: SimulatedDoor;
}

/** What is `undefined` is not said, and nothing that would follow it. */
export interface Script {
  readonly atMs: number;
  readonly clientAddress: string;
  readonly clientName: string | undefined;
  readonly greeting: { readonly name: string; readonly extended: boolean } | undefined;
  readonly tls: boolean;
  readonly login: { readonly name: string; readonly account: Account | undefined } | undefined;
  readonly sender: { readonly address: string; readonly sizeBytes: number | undefined } | undefined;
  readonly recipients: readonly string[];
  readonly content: MessageContent | undefined;
}

export async function playOut(
  { acceptance, door }: PlayedWorld,
  script: Script,
  transcript: Transcript,
): Promise<void> {
  const { atMs, clientAddress, clientName, login } = script;
  const quiet = quietWorld(acceptance, transcript, { nowMs: () => atMs });
  const conversation = new Conversation({
    setting: {
      profile: PROFILES[door.profile],
      tlsLevel: door.tlsLevel,
      hostname: acceptance.settings.myhostname,
      limits: { ...DEFAULT_SMTP_LIMITS, ...door.limits },
      quirks: DEFAULT_SMTP_QUIRKS,
    },
    connection: {
      connectionId: 'simulation',
      clientAddress,
      clientPort: CLIENT_PORT,
      serverAddress: '',
      serverPort: door.port,
      ...(clientName !== undefined && { clientName }),
    },
    acceptance: createAcceptance(quiet),
    implicitTls: door.profile === 'submissions',
    transcript,
    account: login?.account,
  });
  try {
    await converse(conversation, door, script);
  } finally {
    conversation.end();
  }
}

/** Of those that clients call from. */
const CLIENT_PORT = 49_152;

async function converse(conversation: Conversation, door: SimulatedDoor, script: Script): Promise<void> {
  const { tls, login, sender, recipients, content } = script;
  if (!isGood(await conversation.connect()) || script.greeting === undefined) return;
  const greeting = greetingCommand(door, script.greeting);
  if (!isGood(await conversation.say(greeting))) return;
  if (tls && door.profile !== 'submissions') {
    if (!isGood(await conversation.say('STARTTLS'))) return;
    if (!isGood(await conversation.say(greeting))) return;
  }
  if (login !== undefined && !isGood(await conversation.say(authCommand(login.name)))) return;
  if (sender === undefined || !isGood(await conversation.say(mailCommand(script, sender)))) return;
  let accepted = 0;
  for (const recipient of recipients) {
    if (isGood(await conversation.say(`RCPT TO:<${recipient}>`))) accepted++;
    if (conversation.phase === 'closing') return;
  }
  if (accepted === 0 || content === undefined || !isGood(await conversation.say('DATA'))) return;
  await conversation.sendContent(content);
}

function greetingCommand({ profile }: SimulatedDoor, { name, extended }: NonNullable<Script['greeting']>): string {
  return `${profile === 'lmtp' ? 'LHLO' : extended ? 'EHLO' : 'HELO'} ${name}`;
}

/** The password stands for any. */
function authCommand(login: string): string {
  return `AUTH ${SIMULATED_MECHANISM} ${Buffer.from(`\0${login}\0simulation`).toString('base64')}`;
}

function mailCommand({ recipients }: Script, { address, sizeBytes }: NonNullable<Script['sender']>): string {
  const needsUtf8 = /[^\x00-\x7f]/.test([address, ...recipients].join(''));
  const size = sizeBytes === undefined ? '' : ` SIZE=${sizeBytes}`;
  return `MAIL FROM:<${address}>${size}${needsUtf8 ? ' SMTPUTF8' : ''}`;
}

function isGood({ replies }: Exchange): boolean {
  return (replies.at(-1)?.code ?? 0) < 400 && replies.length > 0;
}
