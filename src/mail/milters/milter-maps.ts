// smtpd_milter_maps: which milters are asked of a client, by its address. Each table is asked in turn; the first that knows
// the client has the word, for all milters of the door.

import { ok, type Result } from '#base/result.ts';
import type { FactContext, FactFinder } from '#mail/ports/fact-finder.ts';
import type { Milter } from '#mail/ports/milter.ts';
import type { KnownFact } from '#mail/restrictions/fact.ts';

export interface MilterMaps {
  readonly tables: readonly string[];
  /** None where milters are switched off for the client. The error says what is wrong with the entry. */
  readonly read: (value: string) => Result<readonly Milter[], string>;
}

export interface MilterMapWorld {
  readonly finder: FactFinder;
  readonly note: (fact: KnownFact) => void;
  readonly warn: (text: string) => void;
}

/** `usual`: whom no table knows, and as with Postfix, whom a table cannot be asked for. The error is for the log. */
export async function findMilters(
  usual: readonly Milter[],
  { tables, read }: MilterMaps,
  context: FactContext,
  { finder, note, warn }: MilterMapWorld,
): Promise<Result<readonly Milter[], string>> {
  for (const table of tables) {
    const question = { kind: 'table', table, keys: [context.session.connection.clientAddress] } as const;
    const answer = await finder.find(question, context);
    note({ question, answer });
    if (answer.kind === 'later') {
      warn(`smtpd_milter_maps: ${table} lookup error; smtpd_milters are asked`);
      return ok(usual);
    }
    if (answer.kind === 'found' && 'value' in answer) return read(answer.value);
  }
  return ok(usual);
}
