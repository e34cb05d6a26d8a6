// `valija serve`: runs the server of a configuration until it is told to stop.

import type { AddCommand } from './command-context.ts';
import { findConfigFile } from './config-file.ts';
import { runServer } from './run-server.ts';

export const addServe: AddCommand = (program, context) => {
  const { say } = context;
  program
    .command('serve')
    .description(say('serve.description'))
    .addHelpText('after', `\n${say('serve.examples')}`)
    .action(async () => {
      await runServer(context, findConfigFile(context), (listeners) => {
        for (const { service, address, port } of listeners) {
          context.print(
            say('serve.listening', { service, place: `${address.includes(':') ? `[${address}]` : address}:${port}` }),
          );
        }
      });
    });
};
