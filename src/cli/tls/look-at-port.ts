// What a client sees of the server's TLS: connects to a port, asks for TLS as its protocol does, and looks at the
// certificates that come. RFC 3207 §2, RFC 9051 §6.2.1, RFC 2595 §4.

import { once } from 'node:events';
import { connect as connectPlainly, type Socket } from 'node:net';
import { connect, getCACertificates, type TLSSocket } from 'node:tls';
import type { ListenerStatus } from '#mail/ports/status-source.ts';

export interface SeenCertificates {
  readonly kind: 'seen';
  /** `TLSv1.3` */
  readonly version: string;
  readonly cipher: string;
  /** PEM, the server's own first. */
  readonly chain: readonly string[];
  /** Why a client would not trust it, in OpenSSL's words: `CERT_HAS_EXPIRED`. */
  readonly distrust: string | undefined;
}

export type PortView = SeenCertificates | { readonly kind: 'unseen'; readonly reason: string };

export interface Look {
  /** Asked for by SNI. */
  readonly serverName: string;
  /** PEM certificates that are trusted besides those of the system. */
  readonly trusted: string | undefined;
}

type Place = Pick<ListenerStatus, 'service' | 'address' | 'port'>;

const PATIENCE_MS = 15_000;
const LONGEST_REPLY_OCTETS = 16_384;

/** What is heard and said before TLS; none for ports that begin with it. */
interface Step {
  readonly hear: RegExp;
  readonly say: string;
}

const OF_SMTP = (hello: string): readonly Step[] => [
  { hear: /^220 .*\r\n/m, say: `${hello} localhost\r\n` },
  { hear: /^250 .*\r\n/m, say: 'STARTTLS\r\n' },
  { hear: /^220 .*\r\n/m, say: '' },
];

const STEPS: Readonly<Record<string, readonly Step[]>> = {
  smtp: OF_SMTP('EHLO'),
  submission: OF_SMTP('EHLO'),
  lmtp: OF_SMTP('LHLO'),
  imap: [
    { hear: /^\* OK.*\r\n/m, say: 'a STARTTLS\r\n' },
    { hear: /^a OK.*\r\n/m, say: '' },
  ],
  pop3: [
    { hear: /^\+OK.*\r\n/m, say: 'STLS\r\n' },
    { hear: /^\+OK.*\r\n/m, say: '' },
  ],
  submissions: [],
  imaps: [],
  pop3s: [],
  https: [],
};

export function hasTls(service: string): boolean {
  return STEPS[service] !== undefined;
}

export async function lookAtPort(place: Place, look: Look): Promise<PortView> {
  const socket = connectPlainly({ host: reachable(place.address), port: place.port });
  const lost = Promise.withResolvers<never>();
  // Whoever waits hears of it; when nobody does, it is over.
  lost.promise.catch(() => undefined);
  socket.on('error', (error) => lost.reject(error));
  socket.on('close', () => lost.reject(new Error('the connection was closed')));
  const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), PATIENCE_MS);
  try {
    return await Promise.race([converse(socket, STEPS[place.service] ?? [], look, lost), lost.promise]);
  } catch (error) {
    return { kind: 'unseen', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function converse(
  socket: Socket,
  steps: readonly Step[],
  { serverName, trusted }: Look,
  lost: PromiseWithResolvers<never>,
): Promise<SeenCertificates> {
  await once(socket, 'connect');
  for (const { hear, say } of steps) {
    await listenFor(socket, hear);
    socket.write(say);
  }
  const secure = connect({
    socket,
    servername: serverName,
    rejectUnauthorized: false,
    ca: [...getCACertificates('default'), ...getCACertificates('system'), ...(trusted === undefined ? [] : [trusted])],
  });
  secure.on('error', (error) => lost.reject(error));
  await once(secure, 'secureConnect');
  return {
    kind: 'seen',
    version: secure.getProtocol() ?? '',
    cipher: secure.getCipher().standardName,
    chain: chainOf(secure),
    distrust: secure.authorized ? undefined : String(secure.authorizationError),
  };
}

/** Until a whole last line of a reply has come. */
async function listenFor(socket: Socket, pattern: RegExp): Promise<void> {
  let heard = '';
  while (!pattern.test(heard)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    heard += chunk.toString('latin1');
    if (heard.length > LONGEST_REPLY_OCTETS) throw new Error('the reply has no end');
    const refusal = /^(?:[45]\d\d |a (?:NO|BAD)|-ERR).*/m.exec(heard);
    if (refusal !== null) throw new Error(refusal[0]);
  }
}

function chainOf(secure: TLSSocket): string[] {
  const chain: string[] = [];
  for (let one = secure.getPeerX509Certificate(); one !== undefined; one = one.issuerCertificate) {
    const pem = one.toString();
    if (chain.includes(pem)) break;
    chain.push(pem);
  }
  return chain;
}

/** A server that listens everywhere is reached here. */
function reachable(address: string): string {
  return { '0.0.0.0': '127.0.0.1', '::': '::1' }[address] ?? address;
}
