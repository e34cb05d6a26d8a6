// The forms that settings have: counts, bytes, times, networks, names of domains, tables.

import { z } from 'zod';
import { parseIpNetwork } from '#base/ip-network.ts';
import { describeTransportMistake } from '#mail/routing/transports.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import { durationMs } from './duration.ts';

export const bytes = () => z.int().min(0);
export const count = () => z.int().min(1);
/** Postfix's limits: 0 is none. */
export const limit = () => z.int().min(0);

export const networks = () => listOf((text) => describeNetwork(text));

export const seconds = (text: string) =>
  z
    .union([z.string(), z.int().min(0)])
    .default(text)
    .transform(durationMs);

/** `hash:/etc/valija/virtual` … */
export const tables = () => listedTables().default([]);
export const listedTables = () => listOf(describeTable);

/** `lmtp:unix:/run/dovecot/lmtp`; empty where that says something. */
export const transport = (usual: string) =>
  z
    .string()
    .superRefine((text, context) => {
      const message = text === '' && usual === '' ? undefined : describeTransportMistake(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .default(usual);

/** Names, or tables whose keys are names. */
export const domains = () => listOf((text) => (text.includes(':') ? describeTable(text) : describeDomain(text)));

export const mailAddress = () =>
  z.string().regex(/^[^@\s<>]+@[^@\s<>]+$/, 'an address, such as "postmaster@example.org"');

/** A reply code that says «no» (5xx) or «later» (4xx). */
export const rejectCode = (code: number) => z.int().min(400).max(599).default(code);

function listOf(complaintOf: (text: string) => string | undefined) {
  return z.array(z.string()).superRefine((texts, context) => {
    for (const text of texts) {
      const complaint = complaintOf(text);
      if (complaint !== undefined) context.addIssue({ code: 'custom', message: complaint });
    }
  });
}

function describeNetwork(text: string): string | undefined {
  const parsed = parseIpNetwork(text);
  return parsed.ok ? undefined : parsed.error;
}

function describeTable(text: string): string | undefined {
  return /^[a-z0-9_-]+:./.test(text)
    ? undefined
    : `${JSON.stringify(text)} is no table; the form is "hash:/etc/valija/virtual"`;
}

export function describeDomain(text: string): string | undefined {
  if (text.includes('$')) return `${JSON.stringify(text)}: there are no $names in this file; write the name itself`;
  return parseDomainName(text).ok ? undefined : `${JSON.stringify(text)} is no domain name; the form is "example.org"`;
}
