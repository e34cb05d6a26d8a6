// The Sender Rewriting Scheme: mail that is forwarded leaves with a sender of our own, so that SPF holds, and its bounce
// finds the way back. In the form of libsrs2 and postsrsd (M. Wong, S. Shevek: «Sender Rewriting Scheme»):
//
//   SRS0=HHHH=TT=example.org=ana@ours            ana@example.org, forwarded by us
//   SRS1=HHHH=first.example==HHHH=TT=…=ana@ours  forwarded by first.example before us: only it can read what is behind ==
//
// HHHH is a hash by a secret of ours, TT the day, in base 32 and modulo 1024.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '#base/result.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';

export interface SrsSettings {
  readonly srs_domain: string;
  /** The first one signs, all of them are believed. */
  readonly srs_secrets: readonly string[];
}

export type SrsProblem = 'not-srs' | 'malformed' | 'forged' | 'too-old';

const DAY_MS = 86_400_000;
const DAYS_IN_ALL = 1024;
/** A bounce comes within days: mail is not tried for longer than that. */
const MOST_DAYS = 21;
const HASH_CHARACTERS = 4;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const TAG = /^SRS([01])[-+=]/i;

/** As what it leaves; mail is never rewritten twice by the same server, and `SRS…` of another becomes SRS1. */
export function forwardSender(sender: AddrSpec, { srs_domain, srs_secrets }: SrsSettings, nowMs: number): AddrSpec {
  const [secret = ''] = srs_secrets;
  const tag = TAG.exec(sender.localPart)?.[1];
  const rest = sender.localPart.slice('SRS0='.length);
  if (tag === '1') {
    const parts = takeParts(rest, 2);
    if (parts !== undefined) {
      const [[, first = ''], opaque] = parts;
      return { localPart: `SRS1=${hash(secret, [first, opaque])}=${first}=${opaque}`, domain: srs_domain };
    }
  }
  if (tag === '0') {
    // What follows its tag is a separator of its own choice and what only it understands.
    const opaque = sender.localPart.slice('SRS0'.length);
    const signed = hash(secret, [sender.domain, opaque]);
    return { localPart: `SRS1=${signed}=${sender.domain}=${opaque}`, domain: srs_domain };
  }
  const day = formatDay(nowMs);
  const signed = hash(secret, [day, sender.domain, sender.localPart]);
  return { localPart: `SRS0=${signed}=${day}=${sender.domain}=${sender.localPart}`, domain: srs_domain };
}

/** Whom a bounce to such an address is for. */
export function reverseSender(
  { localPart }: AddrSpec,
  { srs_secrets }: Pick<SrsSettings, 'srs_secrets'>,
  nowMs: number,
): Result<{ readonly localPart: string; readonly domain: string }, SrsProblem> {
  const tag = TAG.exec(localPart)?.[1];
  if (tag === undefined) return err('not-srs');
  const rest = localPart.slice('SRS0='.length);
  return tag === '0' ? reverseOwn(rest, srs_secrets, nowMs) : reverseOther(rest, srs_secrets);
}

function reverseOwn(rest: string, secrets: readonly string[], nowMs: number): Result<AddrSpec, SrsProblem> {
  const parts = takeParts(rest, 3);
  if (parts === undefined) return err('malformed');
  const [[signed = '', day = '', domain = ''], user] = parts;
  if (user === '' || domain === '') return err('malformed');
  if (!isSignedBy(secrets, signed, [day, domain, user])) return err('forged');
  const age = daysSince(day, nowMs);
  if (age === undefined) return err('malformed');
  return age <= MOST_DAYS ? ok({ localPart: user, domain: domain.toLowerCase() }) : err('too-old');
}

function reverseOther(rest: string, secrets: readonly string[]): Result<AddrSpec, SrsProblem> {
  const parts = takeParts(rest, 2);
  if (parts === undefined) return err('malformed');
  const [[signed = '', first = ''], opaque] = parts;
  if (first === '' || !/^[-+=]./.test(opaque)) return err('malformed');
  if (!isSignedBy(secrets, signed, [first, opaque])) return err('forged');
  return ok({ localPart: `SRS0${opaque}`, domain: first.toLowerCase() });
}

/** The first so many parts between `=`, and what is left. */
function takeParts(text: string, count: number): [string[], string] | undefined {
  const parts = text.split('=');
  return parts.length > count ? [parts.slice(0, count), parts.slice(count).join('=')] : undefined;
}

/** Case is lost on some ways: it is not signed. */
function hash(secret: string, parts: readonly string[]): string {
  const hmac = createHmac('sha1', secret);
  for (const part of parts) hmac.update(part.toLowerCase());
  return hmac.digest('base64').slice(0, HASH_CHARACTERS);
}

function isSignedBy(secrets: readonly string[], signed: string, parts: readonly string[]): boolean {
  const given = Buffer.from(signed.toLowerCase());
  let found = false;
  for (const secret of secrets) {
    const wanted = Buffer.from(hash(secret, parts).toLowerCase());
    found = (given.length === wanted.length && timingSafeEqual(given, wanted)) || found;
  }
  return found;
}

function formatDay(nowMs: number): string {
  const day = Math.floor(nowMs / DAY_MS) % DAYS_IN_ALL;
  return BASE32.charAt(day >> 5) + BASE32.charAt(day & 31);
}

function daysSince(text: string, nowMs: number): number | undefined {
  const [high = -1, low = -1] = [...text.toUpperCase()].map((digit) => BASE32.indexOf(digit));
  if (text.length !== 2 || high < 0 || low < 0) return undefined;
  const today = Math.floor(nowMs / DAY_MS) % DAYS_IN_ALL;
  return (today - (high * 32 + low) + DAYS_IN_ALL) % DAYS_IN_ALL;
}
