// What was changed in a zone, or would be, as a difference.

import { formatRecord } from '#mail/domain-records/published-record.ts';
import type { Publication } from '#mail/ports/domain-advisor.ts';
import type { CommandContext } from '../command-context.ts';
import { harmless } from '../output/table.ts';

export function formatPublication({ say, paint }: CommandContext, publication: Publication): string {
  const { server, zone, add, remove, conflicts, elsewhere, kept, isDone } = publication;
  const left = [
    ...kept.map(({ name, isAbove, tags }) => {
      const phrase = isAbove ? 'domain.publish.kept-above' : 'domain.publish.kept';
      return paint('yellow', harmless(say(phrase, { name, tags: tags.join('; ') })));
    }),
    ...conflicts.map((record) => paint('yellow', say('domain.publish.conflict', { record: formatRecord(record) }))),
    ...elsewhere.map((record) => paint('yellow', say('domain.publish.elsewhere', { record: formatRecord(record) }))),
  ];
  if (add.length + remove.length === 0) return [say('domain.publish.nothing', { zone }), ...left].join('\n');
  return [
    say(isDone ? 'domain.publish.done' : 'domain.publish.would', { zone, server }),
    // What was there has a TTL of its own, which a zone's server tells nobody whom it concerns here.
    ...remove.map(({ name, type, data }) => paint('red', `- ${harmless(`${name}. IN ${type} ${data}`)}`)),
    ...add.map((record) => paint('green', `+ ${formatRecord(record)}`)),
    ...left,
  ].join('\n');
}
