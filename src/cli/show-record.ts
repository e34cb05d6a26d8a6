// One record or many: JSON where asked, else what a person reads.

import type { CommandContext } from './command-context.ts';
import { formatJson } from './output/json.ts';
import type { TextKey } from './texts/text-key.ts';

export function show(context: CommandContext, record: unknown, format: () => string): void {
  context.print(context.globalOptions().json ? formatJson(record) : format());
}

export function showList<T>(
  context: CommandContext,
  records: readonly T[],
  format: (context: CommandContext, records: readonly T[]) => string,
  none: TextKey,
): void {
  show(context, records, () => (records.length === 0 ? context.say(none) : format(context, records)));
}
