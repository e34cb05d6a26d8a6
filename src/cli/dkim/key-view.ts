// How keys and their records look to a person.

import type { CheckedKeyRecord, SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import { formatKeyRecord, formatZoneLine, keyRecordName, splitIntoStrings } from '#protocols/dkim/key-record.ts';
import type { CommandContext } from '../command-context.ts';
import { formatMoment } from '../output/moment.ts';
import { formatFields, formatTable } from '../output/table.ts';

/** The record to publish, in the forms that name servers and their web pages want. */
export interface PublishedRecord {
  readonly name: string;
  readonly value: string;
  readonly strings: readonly string[];
  readonly zoneLine: string;
}

/** Of a revoked key: that it is. */
function publishedRecord(key: SigningKeyRecord): PublishedRecord {
  const published = key.status === 'revoked' ? { ...key, publicKey: '' } : key;
  const value = formatKeyRecord(published);
  return { name: keyRecordName(key), value, strings: splitIntoStrings(value), zoneLine: formatZoneLine(published) };
}

export function withRecord<Key extends SigningKeyRecord>(key: Key): Key & { readonly record: PublishedRecord } {
  return { ...key, record: publishedRecord(key) };
}

export function formatKeys(context: CommandContext, keys: readonly SigningKeyRecord[]): string {
  const { say } = context;
  const columns = [
    { title: say('field.domain') },
    { title: say('dkim.field.selector') },
    { title: say('dkim.field.type') },
    { title: say('field.state') },
    { title: say('dkim.field.since') },
    { title: say('dkim.field.signs-as') },
  ] as const;
  const rows = keys.map((key) => [
    key.author,
    key.selector,
    keyType(key),
    key.fault === undefined ? say(`dkim.status.${key.status}`) : say('dkim.status.unusable'),
    formatMoment(context, key.sinceMs),
    key.domain,
  ]);
  return formatTable(columns, rows);
}

export function formatKey(context: CommandContext, key: SigningKeyRecord): string {
  const { say } = context;
  const { name, value, zoneLine } = publishedRecord(key);
  const until = key.revokedFromMs;
  const head = formatFields([
    [say('field.domain'), key.author],
    ...(key.domain === key.author ? [] : [[say('dkim.field.signs-as'), key.domain] as const]),
    [say('dkim.field.selector'), key.selector],
    [say('dkim.field.type'), keyType(key)],
    [say('field.state'), say(`dkim.status.${key.status}`)],
    ...(until === undefined ? [] : [[say('dkim.field.publish-until'), formatMoment(context, until)] as const]),
    [say('field.created'), formatMoment(context, key.createdMs)],
  ]);
  if (key.fault !== undefined) return `${head}${say('dkim.unusable', { reason: key.fault })}\n`;
  const advice = say(`dkim.advice.${key.status}`, { domain: key.author });
  return [head, say('dkim.zone-line'), zoneLine, '', say('dkim.web-form', { name }), value, '', advice, ''].join('\n');
}

/** What the DNS has of each key, a line each. */
export function formatChecked(context: CommandContext, keys: readonly CheckedKeyRecord[]): string {
  const { say } = context;
  const columns = [
    { title: say('dkim.field.record') },
    { title: say('dkim.field.type') },
    { title: say('field.state') },
    { title: say('dkim.field.publication') },
  ] as const;
  const rows = keys.map((key) => [
    keyRecordName(key),
    keyType(key),
    key.fault === undefined ? say(`dkim.status.${key.status}`) : say('dkim.status.unusable'),
    say(`dkim.publication.${key.publication}`),
  ]);
  return formatTable(columns, rows);
}

/** Mail that it signs, or signed and that is under way, fails where it arrives. */
export function isUnverifiable({ status, publication }: CheckedKeyRecord): boolean {
  return (status === 'active' || status === 'retiring') && publication !== 'published';
}

export function keyType({ algorithm, bits }: SigningKeyRecord): string {
  return algorithm === 'rsa-sha256' ? `RSA ${bits ?? '?'}` : 'Ed25519';
}
