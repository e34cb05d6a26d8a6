// The macros that milters are sent: what Sendmail knows of a client and a message, by Sendmail's names, as far as Postfix
// sends them. Which of them a milter gets at which step, the settings say, or the milter itself.

import { unreachable } from '#base/unreachable.ts';
import type { ReversePath, SenderParameters, SessionFacts } from '#mail/acceptance/envelope.ts';
import { isPosted } from '#mail/acceptance/envelope.ts';
import type { Destination } from '#mail/routing/route.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { MacroValues } from '#protocols/milter/command.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';

export interface MacroSettings {
  readonly myhostname: string;
  /** `{daemon_name}` */
  readonly daemonName: string;
  /** `{v}` */
  readonly version: string;
  /** By the macro's name, without braces: what is sent where nothing is known. */
  readonly defaults: ReadonlyMap<string, string>;
}

/** Who a milter is told that connects. What is posted on this machine comes from itself, as with Postfix. */
export function clientOf(session: SessionFacts): { host: string; address: string; port: number } {
  const { connection } = session;
  return {
    host: isPosted(session) ? 'localhost' : (connection.clientName ?? 'unknown'),
    address: connection.clientAddress,
    port: connection.clientPort,
  };
}

export function clientMacros(session: SessionFacts, settings: MacroSettings): MacroValues {
  const { host, address, port } = clientOf(session);
  const { connection, tls } = session;
  return new Map([
    ...settings.defaults,
    ['j', settings.myhostname],
    ['daemon_name', settings.daemonName],
    ['v', settings.version],
    ['_', `${host} [${address}]`],
    ['client_addr', address],
    ['client_name', host],
    ['client_port', String(port)],
    ['client_ptr', isPosted(session) ? host : (connection.reverseClientName ?? 'unknown')],
    ['daemon_addr', connection.serverAddress],
    ['daemon_port', String(connection.serverPort)],
    ['if_addr', connection.serverAddress],
    ['if_name', settings.myhostname],
    ...(tls === undefined
      ? []
      : ([
          ['tls_version', tls.version],
          ['cipher', tls.cipher],
          ['cipher_bits', String(tls.bits)],
        ] as const)),
  ]);
}

export interface MacroMessage {
  readonly queueId: string;
  readonly session: SessionFacts;
  readonly sender: ReversePath;
  readonly parameters: SenderParameters;
}

export function messageMacros(message: MacroMessage, settings: MacroSettings): MacroValues {
  const { queueId, session, sender, parameters } = message;
  const login = isPosted(session) ? undefined : session.login;
  const { auth } = parameters;
  return new Map([
    ...clientMacros(session, settings),
    ['i', queueId],
    ['mail_addr', sender === undefined ? '' : formatAddrSpec(sender)],
    ...(login === undefined
      ? []
      : ([
          ['auth_type', login.mechanism],
          ['auth_authen', login.account],
        ] as const)),
    ...(auth === undefined || auth === '<>' ? [] : [['auth_author', auth] as const]),
  ]);
}

/** `destination`: the first place where mail for the sender would lead. */
export function senderMacros(of: MacroValues, sender: AddrSpec, destination: Destination | undefined): MacroValues {
  const { mailer, host } = wayTo(sender, destination);
  return new Map([...of, ['mail_host', host], ['mail_mailer', mailer]]);
}

/** `destination`: the first place where it leads. */
export function recipientMacros(of: MacroValues, address: AddrSpec, destination: Destination | undefined): MacroValues {
  const { mailer, host } = wayTo(address, destination);
  return new Map([...of, ['rcpt_addr', formatAddrSpec(address)], ['rcpt_host', host], ['rcpt_mailer', mailer]]);
}

/** Postfix's transport and next hop. What an alias of ours does with it is behind `local`. */
function wayTo(
  { domain }: AddrSpec,
  destination: Destination | undefined,
): { readonly mailer: string; readonly host: string } {
  if (destination?.kind !== 'next-hop') return { mailer: 'virtual', host: domain };
  const { nextHop } = destination;
  switch (nextHop.transport) {
    case 'smtp':
    case 'lmtp':
      return { mailer: nextHop.transport, host: nextHop.destination };
    case 'discard':
    case 'error':
      return { mailer: nextHop.transport, host: domain };
    case 'local':
    case 'pipe':
    case 'file':
    case 'done':
      return { mailer: 'local', host: domain };
    default:
      return unreachable(nextHop);
  }
}

/** As Sendmail tells of a recipient that was refused. */
export function refusedRecipientMacros(of: MacroValues, { code, enhanced, lines }: SmtpReply): MacroValues {
  const text = [code, enhanced, ...lines].filter((part) => part !== undefined).join(' ');
  return new Map([...of, ['rcpt_addr', text], ['rcpt_host', enhanced ?? ''], ['rcpt_mailer', 'error']]);
}
