// An SMTP client for stories: says a command, hears the whole reply; brings a message from MAIL to its 250.

import type { ServiceName } from '#platform/config/schema.ts';
import type { Conversation } from './client-stream.ts';
import type { RunningServer } from './running-server.ts';
import { connectSocket } from './socket-client.ts';

/** Ten times what a machine under load has been seen to need. */
const DEADLINE_MS = 60_000;

export interface Credentials {
  readonly address: string;
  readonly password: string;
}

export interface SmtpTalk extends Disposable {
  readonly stream: Conversation;
  /** The reply, its lines joined by LF. */
  say(command: string): Promise<string>;
  hear(): Promise<string>;
  /** MAIL, RCPT and DATA in their order, then the message, whose lines end in CRLF; the reply, or the first refusal. */
  bring(from: string, to: readonly string[], message: string | Buffer): Promise<string>;
}

/** Greeted; under TLS where the service has it and a login is given; logged in with PLAIN. */
export async function openSmtp(
  server: Pick<RunningServer, 'ports'>,
  service: Extract<ServiceName, 'smtp' | 'submission' | 'submissions' | 'lmtp'>,
  login?: Credentials,
  localAddress = '127.0.0.1',
): Promise<SmtpTalk> {
  const implicitTls = service === 'submissions';
  const stream = await connectSocket({ port: server.ports[service], implicitTls, localAddress });
  const talk = smtpTalk(stream);
  await talk.hear();
  const hello = service === 'lmtp' ? 'LHLO client.example' : 'EHLO client.example';
  await talk.say(hello);
  if (login === undefined) return talk;
  if (service === 'submission') {
    await talk.say('STARTTLS');
    await stream.startTls();
    await talk.say(hello);
  }
  const token = Buffer.from(`\0${login.address}\0${login.password}`).toString('base64');
  const answer = await talk.say(`AUTH PLAIN ${token}`);
  if (!answer.startsWith('235')) throw new Error(answer);
  return talk;
}

/** With any server of this machine: greeted, and nothing more. */
export async function openSmtpAt(port: number, localAddress = '127.0.0.1', host = '127.0.0.1'): Promise<SmtpTalk> {
  const talk = smtpTalk(await connectSocket({ host, port, localAddress }));
  await talk.hear();
  return talk;
}

function smtpTalk(stream: Conversation): SmtpTalk {
  async function hear(): Promise<string> {
    const lines: string[] = [];
    for (;;) {
      const line = await stream.readLine(DEADLINE_MS);
      if (line === undefined) throw new Error(`the server closed after ${JSON.stringify(lines)}`);
      lines.push(line);
      if (line[3] !== '-') return lines.join('\n');
    }
  }
  function say(command: string): Promise<string> {
    stream.send(`${command}\r\n`);
    return hear();
  }
  return {
    stream,
    hear,
    say,
    async bring(from, to, message) {
      for (const command of [`MAIL FROM:<${from}>`, ...to.map((address) => `RCPT TO:<${address}>`), 'DATA']) {
        const answer = await say(command);
        if (!/^[23]/.test(answer)) return answer;
      }
      stream.send(message);
      return say('.');
    },
    [Symbol.dispose]: () => stream.close(),
  };
}

/** As another server does, on port 25. */
export async function deliver(
  server: Pick<RunningServer, 'ports'>,
  to: string | readonly string[],
  message: string | Buffer,
  from = 'ana@example.org',
): Promise<string> {
  using talk = await openSmtp(server, 'smtp');
  return await talk.bring(from, typeof to === 'string' ? [to] : to, message);
}

/** As a mail program does, on port 587. */
export async function submit(
  server: Pick<RunningServer, 'ports'>,
  login: Credentials,
  to: string | readonly string[],
  message: string | Buffer,
): Promise<string> {
  using talk = await openSmtp(server, 'submission', login);
  return await talk.bring(login.address, typeof to === 'string' ? [to] : to, message);
}

/** The queue id in `250 2.0.0 Ok: queued as …`. */
export function queueIdOf(answer: string): string {
  const id = /^250 2\.0\.0 Ok: queued as (\w+)$/.exec(answer)?.[1];
  if (id === undefined) throw new Error(`not taken: ${answer}`);
  return id;
}
