// The forms that settings have: counts, bytes, times, networks, names of domains, tables.

import { z } from 'zod';
import { parseIpNetwork } from '#base/ip-network.ts';
import { type Mistake, mistake, type PlainPhrase } from '#base/mistakes/mistake.ts';
import { findTransportMistake } from '#mail/routing/transports.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import { durationMs } from './duration.ts';
import { complain } from './issue-mistake.ts';

export const bytes = () => z.int().min(0);
export const count = () => z.int().min(1);
/** Postfix's limits: 0 is none. */
export const limit = () => z.int().min(0);

export const networks = () => listOf(findNetworkMistake);

export const seconds = (text: string) =>
  z
    .union([z.string(), z.int().min(0)])
    .default(text)
    .transform(durationMs);

/** `hash:/etc/valija/virtual` … */
export const tables = () => listedTables().default([]);
export const listedTables = () => listOf(findTableMistake);

/** `lmtp:unix:/run/dovecot/lmtp`; empty where that says something. */
export const transport = (usual: string) =>
  z
    .string()
    .superRefine((text, context) => {
      const wrong = text === '' && usual === '' ? undefined : findTransportMistake(text);
      if (wrong !== undefined) complain(context, wrong);
    })
    .default(usual);

/** Names, or tables whose keys are names. */
export const domains = () => listOf((text) => (text.includes(':') ? findTableMistake(text) : findDomainMistake(text)));

export const mailAddress = () => textLike(/^[^@\s<>]+@[^@\s<>]+$/, 'address-form');

/** A text of a form; the phrase says which. */
export const textLike = (form: RegExp, phrase: PlainPhrase) => z.string().regex(form, phrase);

/** A text that `find` finds nothing wrong with. */
export const textWithout = (find: (text: string) => Mistake | undefined) =>
  z.string().superRefine((text, context) => {
    const wrong = find(text);
    if (wrong !== undefined) complain(context, wrong);
  });

export const domainName = () => textWithout(findDomainMistake);

/** A reply code that says «no» (5xx) or «later» (4xx). */
export const rejectCode = (code: number) => z.int().min(400).max(599).default(code);

function listOf(find: (text: string) => Mistake | undefined) {
  return z.array(z.string()).superRefine((texts, context) => {
    for (const text of texts) {
      const wrong = find(text);
      if (wrong !== undefined) complain(context, wrong);
    }
  });
}

function findNetworkMistake(text: string): Mistake | undefined {
  const parsed = parseIpNetwork(text);
  return parsed.ok ? undefined : parsed.error;
}

function findTableMistake(text: string): Mistake | undefined {
  return /^[a-z0-9_-]+:./.test(text) ? undefined : mistake('table-malformed', { text: JSON.stringify(text) });
}

export function findDomainMistake(text: string): Mistake | undefined {
  const wrong = { text: JSON.stringify(text) };
  if (text.includes('$')) return mistake('domain-name-variable', wrong);
  return parseDomainName(text).ok ? undefined : mistake('domain-malformed', wrong);
}
