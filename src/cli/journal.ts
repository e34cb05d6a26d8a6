// `valija journal list|verify|show`: what the server has promised and not settled yet. Reads the files, whether a server
// runs or not, and changes nothing.

import { join } from 'node:path';
import type { Command } from 'commander';
import { listSetAside, type ReadSegment, readSegments } from '#platform/journal/journal-folder.ts';
import type { JournalRecord, MessageRecord } from '#platform/journal/journal-record.ts';
import type { CommandContext } from './command-context.ts';
import { loadSettings } from './config-file.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { formatSize } from './output/size.ts';
import { formatFields, formatTable } from './output/table.ts';
import { addSubcommand } from './program.ts';
import { show } from './show-record.ts';

export function addJournal(program: Command, context: CommandContext): void {
  const { say } = context;
  const journal = addSubcommand(program, context, 'journal', 'journal.description', 'journal.examples');
  addSubcommand(journal, context, 'list', 'journal.list.description', 'journal.examples').action(() => {
    const { segments, setAside } = look(context);
    show(context, { segments, setAside }, () => formatSegments(context, segments) + formatSetAside(context, setAside));
  });
  addSubcommand(journal, context, 'verify', 'journal.verify.description', 'journal.examples').action(() => {
    const { segments, setAside } = look(context);
    const damaged = segments.filter(({ damage }) => damage.length > 0);
    show(context, { segments, setAside, ok: damaged.length === 0 }, () => {
      const records = segments.reduce((sum, each) => sum + each.records, 0);
      const verdict = damaged.length === 0 ? say('journal.good', { segments: segments.length, records }) : '';
      return [verdict, ...damaged.map((each) => formatDamage(context, each)), formatSetAside(context, setAside)]
        .filter((text) => text !== '')
        .join('\n');
    });
    if (damaged.length > 0) context.exitCode = EXIT.data;
  });
  addSubcommand(journal, context, 'show', 'journal.show.description', 'journal.examples')
    .argument('<queue-id>', say('journal.argument'))
    .action((id: string) => {
      const found = findMessage(journalFolder(context), id);
      if (found === undefined) throw new CommandFailure(EXIT.noInput, say('journal.not-found', { id }));
      show(context, describeMessage(found), () => formatMessage(context, found));
    });
}

interface SegmentSummary {
  readonly file: string;
  readonly sizeBytes: number;
  readonly records: number;
  readonly messages: number;
  readonly damage: ReadSegment['damage'];
}

interface FoundMessage {
  readonly file: string;
  readonly record: MessageRecord;
}

function journalFolder(context: CommandContext): string {
  return join(loadSettings(context).state_directory, 'journal');
}

function look(context: CommandContext): { segments: SegmentSummary[]; setAside: string[] } {
  const folder = journalFolder(context);
  const segments = Array.from(readSegments(folder), ({ segment, records, damage, endBytes }) => {
    const messages = records.filter(({ record }) => record.kind === 'message').length;
    return { file: segment.file, sizeBytes: endBytes, records: records.length, messages, damage };
  });
  return { segments, setAside: listSetAside(folder) };
}

function findMessage(folder: string, id: string): FoundMessage | undefined {
  const isWanted = (record: JournalRecord): record is MessageRecord => record.kind === 'message' && record.id === id;
  for (const { segment, records } of readSegments(folder)) {
    for (const { record } of records) if (isWanted(record)) return { file: segment.file, record };
  }
  return undefined;
}

function formatSegments({ say }: CommandContext, segments: readonly SegmentSummary[]): string {
  if (segments.length === 0) return `${say('journal.empty')}\n`;
  const columns = [
    { title: say('journal.field.segment') },
    { title: say('journal.field.records'), align: 'right' },
    { title: say('journal.field.messages'), align: 'right' },
    { title: say('journal.field.size'), align: 'right' },
  ] as const;
  const rows = segments.map((each) => [
    each.file,
    String(each.records),
    String(each.messages),
    formatSize(each.sizeBytes),
  ]);
  return formatTable(columns, rows);
}

function formatSetAside({ say }: CommandContext, files: readonly string[]): string {
  return files.map((file) => `${say('journal.set-aside', { file })}\n`).join('');
}

function formatDamage({ say }: CommandContext, { file, damage }: SegmentSummary): string {
  const places = damage.map(({ start, end }) => `${start}-${end}`).join(', ');
  return say('journal.damaged', { file, places });
}

/** Never the octets: a message is its readers'. */
function describeMessage({ file, record }: FoundMessage): object {
  const { id, arrivedMs, envelope, bodies, filings } = record;
  const sizes = bodies.map((body) => (body.kind === 'octets' ? body.octets.length : body.sizeBytes));
  const copies = filings.map(({ prefix, ...filing }) => ({ ...filing, prefixBytes: prefix.length }));
  return { segment: file, id, arrivedMs, bodies: sizes, filings: copies, envelope: envelope && JSON.parse(envelope) };
}

function formatMessage({ say }: CommandContext, { file, record }: FoundMessage): string {
  const sizes = record.bodies.map((body) => (body.kind === 'octets' ? body.octets.length : body.sizeBytes));
  const copies = record.filings.map(({ account, mailbox, uid }): [string, string] => [
    say('journal.field.copy'),
    `${account} ${mailbox} UID ${uid}`,
  ]);
  return formatFields([
    [say('journal.field.id'), record.id],
    [say('journal.field.segment'), file],
    [say('journal.field.arrived'), new Date(record.arrivedMs).toISOString()],
    [say('journal.field.size'), sizes.map(formatSize).join(', ')],
    ...copies,
  ]);
}
