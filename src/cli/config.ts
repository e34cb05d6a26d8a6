// `valija config check|show`: whether a configuration is good, and what it amounts to.

import { formatComplaint, loadConfig } from '#platform/config/load-config.ts';
import type { Config } from '#platform/config/schema.ts';
import { stringifyConfig } from '#platform/config/stringify-config.ts';
import type { AddCommand, CommandContext } from './command-context.ts';
import { findConfigFile } from './config-file.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { addSubcommand } from './program.ts';

export const addConfig: AddCommand = (program, context) => {
  const { say } = context;
  const config = addSubcommand(program, context, 'config', 'config.description', 'config.examples');
  addSubcommand(config, context, 'check [file]', 'config.check.description', 'config.examples').action(
    (file: string | undefined) => {
      const checked = file ?? findConfigFile(context);
      const value = load(context, checked);
      if (context.globalOptions().json) context.print(JSON.stringify({ file: checked, ok: true }));
      else context.print(say('config.good', { file: checked, listeners: value.listen.length }));
    },
  );
  addSubcommand(config, context, 'show [file]', 'config.show.description', 'config.examples').action(
    (file: string | undefined) => {
      const value = load(context, file ?? findConfigFile(context));
      context.print(context.globalOptions().json ? JSON.stringify(value, undefined, 2) : stringifyConfig(value));
    },
  );
};

function load({ say }: CommandContext, file: string): Config {
  const loaded = loadConfig(file);
  if (loaded.ok) return loaded.value;
  throw new CommandFailure(
    EXIT.configuration,
    say('config.bad', { complaints: loaded.error.map(formatComplaint).join('\n') }),
  );
}
