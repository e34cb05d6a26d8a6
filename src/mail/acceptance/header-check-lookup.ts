// `milter_header_checks` for one message: its tables asked, and what they say in the log.

import { WorldError } from '#base/world-error.ts';
import { HeaderChecks } from '#mail/milters/header-checks.ts';
import type { FactContext } from '#mail/ports/fact-finder.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { headerCheckLine } from './log-lines.ts';

/** `undefined` where nothing is to be looked up. */
export function openHeaderChecks(world: AcceptanceWorld, context: FactContext): HeaderChecks | undefined {
  const { milters, factFinder, log } = world;
  const tables = milters?.headerChecks ?? [];
  if (tables.length === 0 || factFinder === undefined) return undefined;
  const { instance: id, session, sender } = context;
  const from = sender ? formatAddrSpec(sender) : '';
  const journey = { journey: id };
  return new HeaderChecks({
    async lookUp(field) {
      for (const table of tables) {
        const answer = await factFinder.find({ kind: 'table', table, keys: [field] }, context);
        if (answer.kind === 'later') throw new WorldError(`look up a header field in ${table}`, { transient: true });
        if (answer.kind === 'found' && 'value' in answer) return answer.value;
      }
      return undefined;
    },
    note(word, field, text) {
      const line = headerCheckLine(word, field, text, { id, session, from, to: undefined });
      log.write('info', 'cleanup', line, journey);
    },
    warn: (text) => log.write('warn', 'cleanup', `${id}: warning: ${text}`, journey),
  });
}
