// Another organisation's mail server, over real sockets: it keeps what it takes, and fails where it is told to. Written
// apart from our own protocol code, so that both would have to be wrong together.

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { systemClock } from '#platform/machine/clock.ts';
import { makeSelfSigned } from '#platform/tls/self-signed.ts';

export interface TakenMessage {
  /** As it was given with MAIL, and all that stood behind it. */
  readonly sender: string;
  readonly mailParameters: string;
  readonly recipients: readonly string[];
  readonly rcptParameters: readonly string[];
  /** Without the doubled dots. */
  readonly content: Buffer;
  readonly greeting: string;
  readonly from: string;
  readonly isSecure: boolean;
  readonly login: string | undefined;
}

/** Where a session can go wrong: at the greeting, at a command, at the end of a message. */
export type Moment = 'greeting' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'end';

function isMoment(verb: string): verb is Moment {
  return ['EHLO', 'MAIL', 'RCPT', 'DATA'].includes(verb);
}

/** What it does instead of its duty: a reply, an end without one, nothing ever; `undefined`: its duty. */
export type Fault = (moment: Moment, line: string) => string | 'close' | 'silence' | undefined;

export interface SinkOptions {
  readonly address?: string;
  readonly port?: number;
  readonly name?: string;
  /** Besides PIPELINING; STARTTLS and AUTH come by the options below. */
  readonly extensions?: readonly string[];
  readonly hasTls?: boolean;
  /** PEM; without it a self-signed one is made. */
  readonly certificate?: { readonly pem: string; readonly key: string };
  /** `user:password`: whoever does not log in with it may not send. */
  readonly login?: string;
  readonly fault?: Fault;
}

export interface MailSink extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  readonly messages: TakenMessage[];
  /** Sessions so far, also those without a message. */
  readonly sessions: number;
  /** Nobody listens, open sessions are cut; `open` listens at the same place again. */
  close(): Promise<void>;
  open(): Promise<void>;
}

export async function openSink(options: SinkOptions = {}): Promise<MailSink> {
  const { address = '127.0.0.1' } = options;
  const certificate = options.hasTls ? await findCertificate(options) : undefined;
  const messages: TakenMessage[] = [];
  const sockets = new Set<Socket>();
  let sessions = 0;
  let server: Server | undefined;
  let port = options.port ?? 0;

  async function open(): Promise<void> {
    server = createServer((socket) => {
      sessions++;
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      new Session(socket, options, certificate, messages).begin();
    });
    server.listen(port, address);
    await once(server, 'listening');
    const bound = server.address();
    port = bound !== null && typeof bound === 'object' ? bound.port : 0;
  }
  async function close(): Promise<void> {
    const closed = server === undefined ? undefined : once(server, 'close');
    server?.close();
    server = undefined;
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  await open();
  return {
    address,
    get port() {
      return port;
    },
    messages,
    get sessions() {
      return sessions;
    },
    open,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function findCertificate({ certificate: given, name = 'mx.example.org' }: SinkOptions) {
  if (given !== undefined) return { cert: given.pem, key: given.key };
  const nowMs = systemClock.nowMs();
  const { certificate, secretKey } = await makeSelfSigned(name, nowMs - 60_000, nowMs + 3_600_000);
  return { cert: certificate, key: secretKey };
}

class Session {
  #socket: Socket;
  readonly #options: SinkOptions;
  readonly #certificate: { cert: string; key: string } | undefined;
  readonly #messages: TakenMessage[];
  #received: Buffer = Buffer.alloc(0);
  #inContent = false;
  #greeting = '';
  #login: string | undefined;
  readonly #duties: Readonly<Record<string, (line: string) => void>> = {
    EHLO: (line) => this.#hello(line),
    MAIL: (line) => this.#mail(line),
    RCPT: (line) => this.#rcpt(line),
    DATA: () => this.#beginContent(),
    AUTH: (line) => this.#authenticate(line),
    STAR: () => this.#startTls(),
    NOOP: () => this.#reply('250 2.0.0 Ok'),
    RSET: () => {
      this.#forget();
      this.#reply('250 2.0.0 Ok');
    },
    QUIT: () => {
      this.#reply('221 2.0.0 Bye');
      this.#socket.end();
    },
  };
  #sender: { address: string; parameters: string } | undefined;
  #recipients: { address: string; parameters: string }[] = [];

  constructor(
    socket: Socket,
    options: SinkOptions,
    certificate: { cert: string; key: string } | undefined,
    messages: TakenMessage[],
  ) {
    this.#socket = socket;
    this.#options = options;
    this.#certificate = certificate;
    this.#messages = messages;
  }

  begin(): void {
    this.#listen();
    this.#perform('greeting', '', () => this.#reply(`220 ${this.#options.name ?? 'mx.example.org'} ESMTP`));
  }

  #listen(): void {
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('data', (octets) => {
      this.#received = Buffer.concat([this.#received, octets]);
      this.#takeAll();
    });
  }

  #takeAll(): void {
    for (;;) {
      const mark = this.#inContent ? '\r\n.\r\n' : '\r\n';
      const end = this.#received.indexOf(mark);
      if (end === -1 || this.#socket.destroyed) return;
      const piece = this.#received.subarray(0, end);
      this.#received = this.#received.subarray(end + mark.length);
      if (this.#inContent) this.#endContent(piece);
      else this.#command(piece.toString('utf8'));
    }
  }

  #command(line: string): void {
    const verb = line.slice(0, 4).toUpperCase();
    const duty = this.#duties[verb];
    if (duty === undefined) this.#reply('500 5.5.2 What?');
    else if (isMoment(verb)) this.#perform(verb, line, () => duty(line));
    else duty(line);
  }

  /** Its duty, unless it is to fail here. */
  #perform(moment: Moment, line: string, duty: () => void): void {
    const fault = this.#options.fault?.(moment, line);
    if (fault === undefined) duty();
    else if (fault === 'close') this.#socket.destroy();
    else if (fault !== 'silence') this.#reply(fault);
  }

  #hello(line: string): void {
    this.#greeting = line;
    this.#forget();
    const isSecure = this.#socket instanceof TLSSocket;
    const offers = ['PIPELINING', ...(this.#options.extensions ?? ['8BITMIME', 'SIZE 100000000', 'DSN', 'SMTPUTF8'])];
    if (this.#certificate !== undefined && !isSecure) offers.push('STARTTLS');
    if (this.#options.login !== undefined) offers.push('AUTH PLAIN');
    const words = ['mx.example.org', ...offers];
    this.#reply(words.map((word, at) => `250${at === words.length - 1 ? ' ' : '-'}${word}`).join('\r\n'));
  }

  #mail(line: string): void {
    if (this.#options.login !== undefined && this.#login === undefined) {
      this.#reply('530 5.7.0 Log in first');
      return;
    }
    this.#sender = path(line);
    this.#recipients = [];
    this.#reply('250 2.1.0 Ok');
  }

  #rcpt(line: string): void {
    if (this.#sender !== undefined) this.#recipients.push(path(line));
    this.#reply(this.#sender === undefined ? '503 5.5.1 MAIL first' : '250 2.1.5 Ok');
  }

  #beginContent(): void {
    if (this.#recipients.length === 0) {
      this.#reply('554 5.5.1 No valid recipients');
      return;
    }
    this.#inContent = true;
    // The end may be the first line.
    this.#received = Buffer.concat([Buffer.from('\r\n'), this.#received]);
    this.#reply('354 Go on');
  }

  #endContent(stuffed: Buffer): void {
    this.#inContent = false;
    const lines = `${stuffed.toString('latin1')}\r\n`.replaceAll('\r\n..', '\r\n.').slice(2);
    this.#perform('end', '', () => {
      this.#messages.push({
        sender: this.#sender?.address ?? '',
        mailParameters: this.#sender?.parameters ?? '',
        recipients: this.#recipients.map(({ address }) => address),
        rcptParameters: this.#recipients.map(({ parameters }) => parameters),
        content: Buffer.from(lines, 'latin1'),
        greeting: this.#greeting,
        from: this.#socket.remoteAddress ?? '',
        isSecure: this.#socket instanceof TLSSocket,
        login: this.#login,
      });
      this.#reply('250 2.0.0 Ok: taken');
    });
    this.#forget();
  }

  #authenticate(line: string): void {
    const [, user, password] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
      .toString('utf8')
      .split('\0');
    const given = `${user}:${password}`;
    if (given === this.#options.login) this.#login = given;
    this.#reply(this.#login === undefined ? '535 5.7.8 No' : '235 2.7.0 Welcome');
  }

  #startTls(): void {
    this.#reply('220 2.0.0 Go on');
    this.#socket.removeAllListeners('data');
    this.#received = Buffer.alloc(0);
    this.#socket = new TLSSocket(this.#socket, { isServer: true, ...this.#certificate });
    this.#listen();
  }

  #forget(): void {
    this.#sender = undefined;
    this.#recipients = [];
  }

  #reply(text: string): void {
    if (this.#socket.writable) this.#socket.write(`${text}\r\n`);
  }
}

/** `MAIL FROM:<ana@example.org> BODY=8BITMIME`. */
function path(line: string): { address: string; parameters: string } {
  const [, address = '', parameters = ''] = /^[^<]*<([^>]*)> ?(.*)$/.exec(line) ?? [];
  return { address, parameters };
}
