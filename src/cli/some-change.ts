// `… set NAME` alone: it would say that something was changed, and nothing was.

import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
import { CommandFailure, EXIT } from './exit-code.ts';

export function mustAskSomeChange({ say }: CommandContext, command: Command): void {
  if (command.options.some((option) => command.getOptionValueSource(option.attributeName()) === 'cli')) return;
  const options = command.options.map(({ long }) => long).join(', ');
  throw new CommandFailure(EXIT.usage, say('usage.nothing-asked', { options }));
}
