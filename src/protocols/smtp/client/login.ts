// The client's side of AUTH: which mechanism, and what is said when. RFC 4954 §4, RFC 4616, RFC 5802 §3, RFC 7677.
// With SCRAM the server must prove that it knows the password too: whoever only says 235 is not believed.

import { pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { parseBase64 } from '#protocols/sasl/base64.ts';
import { formatPlainMessage } from '#protocols/sasl/plain.ts';
import { clientProof, deriveScramKeys, SCRAM_KEY_OCTETS, serverSignature } from '#protocols/sasl/scram-keys.ts';
import { formatSaslname } from '#protocols/sasl/scram-messages.ts';

export interface Credentials {
  readonly login: string;
  readonly password: string;
}

/** What is said next, and who reads the challenge that comes back. */
export interface LoginStep {
  /** In base64. */
  readonly response: string;
  /** `undefined`: no further challenge is due. */
  readonly read: ((challenge: Buffer) => LoginStep | undefined) | undefined;
  /** The server may say 235 now. */
  readonly mayEnd: boolean;
}

export interface LoginStart extends LoginStep {
  readonly mechanism: string;
}

interface ClientMechanism {
  readonly name: string;
  /** Whoever listens learns the password: Postfix's `noplaintext`. */
  readonly revealsPassword: boolean;
  start(credentials: Credentials, nonce: string): LoginStep;
}

/** A server that asks for more rounds wants our time, not our proof; RFC 7677 §4 asks for 4,096 at least. */
const MOST_ROUNDS = 100_000;
const LEAST_ROUNDS = 4_096;

/** Strongest first. */
const MECHANISMS: readonly ClientMechanism[] = [
  { name: 'SCRAM-SHA-256', revealsPassword: false, start: startScram },
  { name: 'PLAIN', revealsPassword: true, start: startPlain },
  { name: 'LOGIN', revealsPassword: true, start: startLogin },
];

/** `nonce`: printable ASCII without commas, fresh for every exchange. */
export function startLoginExchange(
  offered: readonly string[],
  credentials: Credentials,
  options: { readonly mayRevealPassword: boolean; readonly nonce: string },
): LoginStart | undefined {
  const mechanism = MECHANISMS.find(
    ({ name, revealsPassword }) => offered.includes(name) && (options.mayRevealPassword || !revealsPassword),
  );
  if (mechanism === undefined) return undefined;
  return { mechanism: mechanism.name, ...mechanism.start(credentials, options.nonce) };
}

function startPlain({ login, password }: Credentials): LoginStep {
  const message = formatPlainMessage({ authzid: '', authcid: login, password });
  return { response: message.toString('base64'), read: undefined, mayEnd: true };
}

/** The name is the initial response, as Postfix and Dovecot take it; the prompt for it may come nevertheless. */
function startLogin({ login, password }: Credentials): LoginStep {
  const sayPassword = (): LoginStep => ({ response: encode(password), read: undefined, mayEnd: true });
  return { response: encode(login), read: sayPassword, mayEnd: false };
}

function startScram({ login, password }: Credentials, nonce: string): LoginStep {
  const bare = `n=${formatSaslname(login.normalize('NFKC'))},r=${nonce}`;
  const read = (challenge: Buffer) => answerServerFirst(challenge.toString('utf8'), bare, nonce, password);
  return { response: encode(`n,,${bare}`), read, mayEnd: false };
}

// server-first-message = nonce "," salt "," iteration-count
const SERVER_FIRST = /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/=]+),i=([1-9][0-9]{0,9})(?:,|$)/;

function answerServerFirst(serverFirst: string, bare: string, nonce: string, password: string): LoginStep | undefined {
  const [, fullNonce = '', saltText = '', rounds = ''] = SERVER_FIRST.exec(serverFirst) ?? [];
  const salt = parseBase64(saltText);
  if (salt === undefined || !fullNonce.startsWith(nonce) || fullNonce === nonce) return undefined;
  if (Number(rounds) < LEAST_ROUNDS || Number(rounds) > MOST_ROUNDS) return undefined;
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, Number(rounds), SCRAM_KEY_OCTETS.sha256, 'sha256');
  const withoutProof = `c=biws,r=${fullNonce}`;
  const authMessage = `${bare},${serverFirst},${withoutProof}`;
  const proof = clientProof('sha256', salted, authMessage).toString('base64');
  const expected = serverSignature('sha256', deriveScramKeys('sha256', salted).serverKey, authMessage);
  const readFinal = (challenge: Buffer): LoginStep | undefined => {
    const signature = parseBase64(/^v=([^,]+)/.exec(challenge.toString('latin1'))?.[1] ?? '');
    if (signature?.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
    return { response: '', read: undefined, mayEnd: true };
  };
  return { response: encode(`${withoutProof},p=${proof}`), read: readFinal, mayEnd: false };
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}
