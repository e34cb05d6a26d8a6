// The parameters of MAIL: SIZE (RFC 1870), BODY (RFC 6152, RFC 3030 §3), SMTPUTF8 (RFC 6531 §3.4), AUTH (RFC 4954 §5),
// RET and ENVID (RFC 3461 §4.3, §4.4), REQUIRETLS (RFC 8689 §2).

import type { Result } from '#base/result.ts';
import type { SmtpReply } from '../reply.ts';
import { badValue, type ParameterReader, readParameters } from './parameters.ts';
import { parseXtext } from './xtext.ts';

const ENVID_OCTETS = 100;

export interface MailParameters {
  readonly declaredSizeBytes: number | undefined;
  readonly body: '7BIT' | '8BITMIME' | 'BINARYMIME';
  readonly smtpUtf8: boolean;
  /** xtext decoded; `<>` where the client does not know. */
  readonly auth: string | undefined;
  readonly dsn: { readonly ret: 'FULL' | 'HDRS' | undefined; readonly envid: string | undefined };
  /** Absent where it was not said. */
  readonly requireTls?: boolean;
}

interface Draft {
  declaredSizeBytes: number | undefined;
  body: MailParameters['body'];
  smtpUtf8: boolean;
  auth: string | undefined;
  dsn: { ret: 'FULL' | 'HDRS' | undefined; envid: string | undefined };
  requireTls?: boolean;
}

const READERS: Readonly<Record<string, ParameterReader<Draft>>> = {
  SIZE: readSize,
  BODY: readBody,
  SMTPUTF8: readSmtpUtf8,
  AUTH: readAuth,
  RET: readRet,
  ENVID: readEnvid,
  REQUIRETLS: readRequireTls,
};

export function parseMailParameters(text: string): Result<MailParameters, SmtpReply> {
  return readParameters(text, READERS, {
    declaredSizeBytes: undefined,
    body: '7BIT',
    smtpUtf8: false,
    auth: undefined,
    dsn: { ret: undefined, envid: undefined },
  });
}

// size-value = 1*20DIGIT
function readSize(value: string | undefined, into: Draft): SmtpReply | undefined {
  if (value === undefined || !/^\d{1,20}$/.test(value)) return badValue('SIZE', '=number');
  into.declaredSizeBytes = Number(value);
  return undefined;
}

// body-value = "7BIT" / "8BITMIME" / "BINARYMIME"
function readBody(value: string | undefined, into: Draft): SmtpReply | undefined {
  const body = value?.toUpperCase();
  if (body !== '7BIT' && body !== '8BITMIME' && body !== 'BINARYMIME') {
    return badValue('BODY', '=7BIT, 8BITMIME or BINARYMIME');
  }
  into.body = body;
  return undefined;
}

function readSmtpUtf8(value: string | undefined, into: Draft): SmtpReply | undefined {
  if (value !== undefined) return badValue('SMTPUTF8', ', without a value');
  into.smtpUtf8 = true;
  return undefined;
}

// auth-param = "AUTH=" xtext      ; decoded: Mailbox, or "<>"
function readAuth(value: string | undefined, into: Draft): SmtpReply | undefined {
  const auth = value === undefined ? undefined : parseXtext(value);
  if (auth === undefined) return badValue('AUTH', '=xtext of a mailbox, or <>');
  into.auth = auth;
  return undefined;
}

// ret-value = "FULL" / "HDRS"
function readRet(value: string | undefined, into: Draft): SmtpReply | undefined {
  const ret = value?.toUpperCase();
  if (ret !== 'FULL' && ret !== 'HDRS') return badValue('RET', '=FULL or HDRS');
  into.dsn.ret = ret;
  return undefined;
}

// envid-parameter = "ENVID=" xtext      ; at most 100 characters
function readEnvid(value: string | undefined, into: Draft): SmtpReply | undefined {
  const envid = value === undefined || value.length > ENVID_OCTETS ? undefined : parseXtext(value);
  if (envid === undefined) return badValue('ENVID', `=xtext of at most ${ENVID_OCTETS} characters`);
  into.dsn.envid = envid;
  return undefined;
}

function readRequireTls(value: string | undefined, into: Draft): SmtpReply | undefined {
  if (value !== undefined) return badValue('REQUIRETLS', ', without a value');
  into.requireTls = true;
  return undefined;
}
