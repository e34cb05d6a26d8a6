// `valija --config NEW replay`: what was recorded, judged by another configuration.

import type { ReplayRequest } from '#mail/ports/simulator.ts';
import type { ReplayOutcome } from '#mail/simulation/replay/outcome.ts';
import type { AddCommand, CommandContext } from './command-context.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { countOf, momentOf } from './option-values.ts';
import { addSubcommand } from './program.ts';
import { formatReplay } from './replay/replay-view.ts';
import { show } from './show-record.ts';
import { askSimulator } from './simulate/ask-simulator.ts';
import { otherConfig } from './simulate/other-config.ts';

interface ReplayOptions {
  readonly last?: string;
  readonly since?: string;
}

/** The archive's own bound for one search. */
const MOST_MESSAGES = 1_000;

export const addReplay: AddCommand = (program, context) => {
  const { say } = context;
  addSubcommand(program, context, 'replay', 'replay.description', 'replay.examples')
    .option('--last <count>', say('replay.option.last'))
    .option('--since <time>', say('replay.option.since'))
    .action(async (options: ReplayOptions) => {
      const outcome = await askSimulator<ReplayOutcome>(context, 'replay', readRequest(context, options));
      show(context, outcome, () => formatReplay(context, outcome));
      if (outcome.changes.length > 0) context.exitCode = EXIT.data;
    });
};

function readRequest(context: CommandContext, { last, since }: ReplayOptions): ReplayRequest {
  const { config } = otherConfig(context);
  if (config === undefined) throw new CommandFailure(EXIT.usage, context.say('replay.needs-config'));
  return {
    config,
    last: last === undefined ? MOST_MESSAGES : countOf(context, '--last', last, { most: MOST_MESSAGES }),
    ...(since !== undefined && { sinceMs: momentOf(context, '--since', since) }),
  };
}
