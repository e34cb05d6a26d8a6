// The messages of SCRAM, parsed and written. RFC 5802 §7. Attributes stand in a fixed order; what a message says is
// kept beside the parsed values where it is signed later (`bare`, `withoutProof`, `gs2Header`).
//
//   attr-val       = ALPHA "=" value
//   value          = 1*value-char            ; UTF-8 without NUL and ","
//   extensions     = attr-val *("," attr-val)

import { parseBase64 } from './base64.ts';
import { decodeUtf8, isIdentity } from './identity.ts';

const MAX_SCRAM_MESSAGE_OCTETS = 4096;
const MAX_SCRAM_NONCE_OCTETS = 256;

export interface ClientFirstMessage {
  /** Everything before `bare`; the client repeats it in its final message. */
  readonly gs2Header: string;
  /** `n`: the client cannot bind channels; `y`: it can and believes that we cannot; `p`: it does. */
  readonly channelBinding: 'n' | 'y' | { readonly name: string };
  readonly authzid: string;
  readonly bare: string;
  readonly username: string;
  readonly nonce: string;
}

export interface ClientFinalMessage {
  readonly channelBinding: Buffer;
  readonly nonce: string;
  readonly proof: Buffer;
  readonly withoutProof: string;
}

export interface ServerFirstMessage {
  readonly nonce: string;
  readonly salt: Buffer;
  readonly iterations: number;
}

const PRINTABLE = /^[\x21-\x2b\x2d-\x7e]+$/;
const CB_NAME = /^[A-Za-z0-9.-]+$/;
const EXTENSION = /^[A-Za-z]=[^\0,]+$/;
const ESCAPED = /=(2C|3D)?/g;

/**
 *   client-first-message      = gs2-header client-first-message-bare
 *   gs2-header                = gs2-cbind-flag "," [ authzid ] ","
 *   authzid                   = "a=" saslname
 *   client-first-message-bare = [reserved-mext ","] username "," nonce ["," extensions]
 *   username                  = "n=" saslname
 *   nonce                     = "r=" c-nonce [s-nonce]
 */
export function parseClientFirstMessage(octets: Buffer): ClientFirstMessage | undefined {
  const text = decodeMessage(octets);
  if (text === undefined) return undefined;
  const [flagText, authzidText, nameText, nonceText, ...extensions] = text.split(',');
  const channelBinding = parseGs2CbindFlag(flagText);
  const authzid = authzidText === '' ? '' : parseSaslname(readAttribute('a', authzidText));
  // A reserved-mext («m=…») stands where the name should: an extension that must be understood is not.
  const username = parseSaslname(readAttribute('n', nameText));
  const nonce = parseNonce(nonceText);
  if (channelBinding === undefined || authzid === undefined || username === undefined || nonce === undefined) {
    return undefined;
  }
  if (!extensions.every((extension) => EXTENSION.test(extension))) return undefined;
  const gs2Header = `${flagText},${authzidText},`;
  return { gs2Header, channelBinding, authzid, bare: text.slice(gs2Header.length), username, nonce };
}

/**
 *   client-final-message               = client-final-message-without-proof "," proof
 *   client-final-message-without-proof = channel-binding "," nonce ["," extensions]
 *   channel-binding                    = "c=" base64
 *   proof                              = "p=" base64
 */
export function parseClientFinalMessage(octets: Buffer): ClientFinalMessage | undefined {
  const text = decodeMessage(octets);
  if (text === undefined) return undefined;
  const [bindingText, nonceText, ...rest] = text.split(',');
  const proofText = rest.pop();
  const channelBinding = parseBase64Attribute('c', bindingText);
  const nonce = parseNonce(nonceText);
  const proof = parseBase64Attribute('p', proofText);
  if (channelBinding === undefined || nonce === undefined || proof === undefined) return undefined;
  if (!rest.every((extension) => EXTENSION.test(extension))) return undefined;
  const withoutProof = [bindingText, nonceText, ...rest].join(',');
  return { channelBinding, nonce, proof, withoutProof };
}

/** `server-first-message = nonce "," salt "," iteration-count` */
export function formatServerFirstMessage(message: ServerFirstMessage): string {
  return `r=${message.nonce},s=${message.salt.toString('base64')},i=${message.iterations}`;
}

/** `server-final-message = verifier` with `verifier = "v=" base64`; failures are the carrier's to tell. */
export function formatServerFinalMessage(signature: Buffer): string {
  return `v=${signature.toString('base64')}`;
}

/** `gs2-cbind-flag = ("p=" cb-name) / "n" / "y"` */
function parseGs2CbindFlag(text: string | undefined): ClientFirstMessage['channelBinding'] | undefined {
  if (text === 'n' || text === 'y') return text;
  const name = readAttribute('p', text);
  return name !== undefined && CB_NAME.test(name) ? { name } : undefined;
}

/** `saslname = 1*(value-safe-char / "=2C" / "=3D")`: any other `=` is a mistake. */
export function parseSaslname(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  let valid = true;
  const name = text.replace(ESCAPED, (_, code: string | undefined) => {
    if (code === undefined) valid = false;
    return code === '2C' ? ',' : '=';
  });
  return valid && isIdentity(name) ? name : undefined;
}

export function formatSaslname(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C');
}

function parseNonce(text: string | undefined): string | undefined {
  const nonce = readAttribute('r', text);
  return nonce !== undefined && nonce.length <= MAX_SCRAM_NONCE_OCTETS && PRINTABLE.test(nonce) ? nonce : undefined;
}

function parseBase64Attribute(name: string, text: string | undefined): Buffer | undefined {
  const value = readAttribute(name, text);
  return value === undefined || value === '' ? undefined : parseBase64(value);
}

function readAttribute(name: string, text: string | undefined): string | undefined {
  return text?.startsWith(`${name}=`) ? text.slice(2) : undefined;
}

function decodeMessage(octets: Buffer): string | undefined {
  if (octets.length > MAX_SCRAM_MESSAGE_OCTETS) return undefined;
  const text = decodeUtf8(octets);
  return text === undefined || text.includes('\0') ? undefined : text;
}
