// `valija serve`: runs the server of a configuration until it is told to stop.

import type { AddCommand } from './command-context.ts';
import { findConfigFile } from './config-file.ts';
import { becomeSupervisor } from './supervisor-process.ts';

export const addServe: AddCommand = (program, context) => {
  const { say } = context;
  program
    .command('serve')
    .description(say('serve.description'))
    .addHelpText('after', `\n${say('serve.examples')}`)
    .action(() => becomeSupervisor(findConfigFile(context)));
};
