// What went wrong with a server, in Postfix's words: they are what operators know and what their searches find.
// RFC 3463 §3.5, §3.8.

import { unreachable } from '#base/unreachable.ts';
import type { RemoteServer } from '#mail/ports/transport.ts';
import type { SessionFailure } from '#protocols/smtp/client/failure.ts';
import type { RecipientResult } from '#protocols/smtp/client/recipient-result.ts';
import { type RemoteReply, replyStatus, replyText } from '#protocols/smtp/client/remote-reply.ts';
import type { Stage } from '#protocols/smtp/client/stage.ts';

export interface Explanation {
  /** RFC 3463. */
  readonly status: string;
  readonly text: string;
  readonly reply?: string;
}

const WHILE: Readonly<Record<Stage, string>> = {
  greeting: 'receiving the initial server greeting',
  EHLO: 'performing the EHLO handshake',
  HELO: 'performing the HELO handshake',
  LHLO: 'performing the LHLO handshake',
  STARTTLS: 'sending the STARTTLS command',
  TLS: 'performing the TLS handshake',
  AUTH: 'performing SASL authentication',
  RSET: 'sending RSET',
  MAIL: 'sending MAIL FROM',
  RCPT: 'sending RCPT TO',
  DATA: 'sending DATA command',
  content: 'sending message body',
  'end-of-data': 'sending end of data -- message may be sent more than once',
  ready: 'waiting for the next message',
};

const COMMAND: Readonly<Partial<Record<Stage, string>>> = {
  RSET: 'RSET command',
  MAIL: 'MAIL FROM command',
  RCPT: 'RCPT TO command',
  DATA: 'DATA command',
  'end-of-data': 'end of DATA command',
};

/** `mx.example.org[192.0.2.1]` */
export function serverName({ name, address }: RemoteServer): string {
  return `${name}[${address}]`;
}

export function explainDialFailure(server: RemoteServer, text: string): Explanation {
  const port = server.port === 0 ? '' : `:${server.port}`;
  return { status: '4.4.1', text: `connect to ${serverName(server)}${port}: ${text}` };
}

/** RFC 8689 §4.2.1. */
export function explainNoRequireTls(server: RemoteServer): Explanation {
  return { status: '5.7.30', text: `REQUIRETLS is required, but was not offered by host ${serverName(server)}` };
}

export function explainResult(result: RecipientResult, server: RemoteServer): Explanation {
  if (result.kind === 'cut-off') return explainFailure(result.failure, server);
  const { reply, by } = result;
  const text = replyText(reply);
  if (by === 'end-of-data' && reply.code < 300) return { status: replyStatus(reply), text, reply: text };
  return explainRefusal(reply, by, server);
}

export function explainFailure(failure: SessionFailure, server: RemoteServer): Explanation {
  const host = serverName(server);
  switch (failure.kind) {
    case 'refused':
      return explainRefusal(failure.reply, failure.stage, server);
    case 'tls-not-offered':
      return { status: '4.7.4', text: `TLS is required, but was not offered by host ${host}` };
    case 'tls-refused':
      return withReply('4.7.4', `TLS is required, but host ${host} refused to start TLS`, failure.reply);
    case 'tls-failed':
      return { status: '4.7.5', text: failure.text };
    case 'no-mechanism':
      return {
        status: '4.7.0',
        text: `SASL authentication failed; cannot authenticate to server ${host}: no mechanism available`,
      };
    case 'login-refused':
      return withReply('4.7.8', `SASL authentication failed; server ${host} said`, failure.reply);
    case 'login-broken':
      return {
        status: '4.7.0',
        text: `SASL authentication failed; cannot authenticate to server ${host}: authentication protocol loop or error`,
      };
    case 'loop':
      return { status: '5.4.6', text: `mail loops back to myself: host ${host} greets with my own hostname` };
    case 'lost':
      return { status: '4.4.2', text: `lost connection with ${host} while ${WHILE[failure.stage]}` };
    case 'timed-out':
      return { status: '4.4.2', text: `conversation with ${host} timed out while ${WHILE[failure.stage]}` };
    case 'broken-reply':
      return {
        status: '4.5.0',
        text: `protocol error: host ${host} sent ${failure.defect === 'endless' ? 'an endless reply' : 'no SMTP reply'} while ${WHILE[failure.stage]}`,
      };
    default:
      return unreachable(failure);
  }
}

function explainRefusal(reply: RemoteReply, stage: Stage, server: RemoteServer): Explanation {
  const command = COMMAND[stage];
  const host = serverName(server);
  if (command === undefined) return withReply(replyStatus(reply), `host ${host} refused to talk to me`, reply);
  const text = replyText(reply);
  // A yes where it means nothing is no yes.
  const status = reply.code < 400 ? '4.5.0' : replyStatus(reply);
  return { status, text: `host ${host} said: ${text} (in reply to ${command})`, reply: text };
}

function withReply(status: string, text: string, reply: RemoteReply): Explanation {
  const said = replyText(reply);
  return { status, text: `${text}: ${said}`, reply: said };
}
