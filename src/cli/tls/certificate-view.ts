// How certificates look to a person: a table, and below it what went wrong and what to do.

import { daysLeft } from '#mail/certificates/renewal.ts';
import type { CertificateListing, CertificateRecord } from '#mail/ports/certificate-admin.ts';
import type { CommandContext } from '../command-context.ts';
import type { Colour } from '../output/colour.ts';
import { formatMoment } from '../output/moment.ts';
import { formatTable, harmless } from '../output/table.ts';
import type { TextKey } from '../texts/text-key.ts';

const RED_DAYS = 7;
/** Renewed in time nothing gets here but certificates of short lives. */
const YELLOW_DAYS = 21;

/** What the authority's own word for its refusal says to do. */
const ADVICE: Readonly<Record<string, TextKey>> = {
  connection: 'tls.advice.connection',
  unauthorized: 'tls.advice.unauthorized',
  dns: 'tls.advice.dns',
  caa: 'tls.advice.caa',
  rateLimited: 'tls.advice.rateLimited',
  rejectedIdentifier: 'tls.advice.rejectedIdentifier',
  tls: 'tls.advice.tls',
};

export function formatListing(context: CommandContext, listing: CertificateListing): string {
  const { say } = context;
  const { certificates, nowMs } = listing;
  const columns = [
    { title: say('tls.field.certificate') },
    { title: say('tls.field.source') },
    { title: say('tls.field.issuer') },
    { title: say('tls.field.days'), align: 'right' },
    { title: say('tls.field.renewal') },
    { title: say('tls.field.names') },
  ] as const;
  const rows = certificates.map((record) => [
    record.isDefault ? say('tls.default', { id: record.id }) : record.id,
    say(`tls.source.${record.source}`),
    // The server's JSON has null, or nothing, where there is none.
    record.served ? record.served.issuer : say('tls.none-yet'),
    record.served ? String(daysLeft(record.served.untilMs, nowMs)) : '–',
    formatRenewal(context, record, nowMs),
    record.names.join(', '),
  ]);
  const colours = [undefined, ...certificates.map((record) => colourOf(record, nowMs))];
  const table = paintLines(context, formatTable(columns, rows), colours);
  const remarks = [
    ...certificates.flatMap((record) => formatFailure(context, record)),
    ...formatSkipped(context, listing),
  ];
  if (certificates.some(({ source, isDefault }) => isDefault && source === 'self-signed')) {
    remarks.push(say('tls.self-signed-hint'));
  }
  return remarks.length === 0 ? table : `${table}\n${remarks.join('\n')}\n`;
}

/** Of a failure, or of what was left out. */
export function formatFailure(context: CommandContext, { id, source, failure }: CertificateRecord): string[] {
  if (!failure) return [];
  const { say, paint } = context;
  const values = { id, at: formatMoment(context, failure.atMs), count: failure.failures, text: harmless(failure.text) };
  const text = say(failure.failures === 0 ? 'tls.partial' : 'tls.failure', values);
  return [paint('yellow', text), `  ${say(adviceOn(source, failure.text))}`];
}

function adviceOn(source: CertificateRecord['source'], text: string): TextKey {
  if (source === 'file') return 'tls.advice.files';
  const words = [...text.matchAll(/\((\w+)\)/g)].map(([, word = '']) => ADVICE[word]);
  return words.find((advice) => advice !== undefined) ?? 'tls.advice.other';
}

function formatRenewal(
  context: CommandContext,
  { nextMs, isOrdering, source }: CertificateRecord,
  nowMs: number,
): string {
  const { say } = context;
  if (isOrdering) return say('tls.renewal.asking');
  if (source === 'file') return say('tls.renewal.by-others');
  if (!nextMs) return '–';
  return nextMs <= nowMs ? say('tls.renewal.now') : formatMoment(context, nextMs);
}

/** Most names that a domain could have it does not: these are not told. */
function formatSkipped({ say }: CommandContext, { skipped }: CertificateListing): string[] {
  const told = skipped.filter(({ reason }) => reason !== 'no-such-name');
  if (told.length === 0) return [];
  const lines = told.map(({ name, reason, address }) => say(`tls.skipped.${reason}`, { name, address: address ?? '' }));
  return [say('tls.skipped.title'), ...lines.map((line) => `  ${harmless(line)}`)];
}

function colourOf({ served, failure }: CertificateRecord, nowMs: number): Colour | undefined {
  const days = served ? daysLeft(served.untilMs, nowMs) : 0;
  const isShort = served ? served.untilMs - served.fromMs < 2 * YELLOW_DAYS * 86_400_000 : false;
  if (days === 0 || (days <= RED_DAYS && !isShort)) return 'red';
  return failure || (days <= YELLOW_DAYS && !isShort) ? 'yellow' : 'green';
}

export function paintLines({ paint }: CommandContext, table: string, colours: readonly (Colour | undefined)[]): string {
  return table
    .split('\n')
    .map((line, at) => {
      const colour = colours[at];
      return colour === undefined ? line : paint(colour, line);
    })
    .join('\n');
}
