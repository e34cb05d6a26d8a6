// `valija config check|show`: whether a configuration is good, and what it amounts to.

import { stringifyConfig } from '#platform/config/stringify-config.ts';
import type { AddCommand } from './command-context.ts';
import { findConfigFile, readSettings } from './config-file.ts';
import { addSubcommand } from './program.ts';
import { show } from './show-record.ts';

export const addConfig: AddCommand = (program, context) => {
  const { say } = context;
  const config = addSubcommand(program, context, 'config', 'config.description', 'config.examples');
  addSubcommand(config, context, 'check [file]', 'config.check.description', 'config.examples').action(
    (file: string | undefined) => {
      const checked = file ?? findConfigFile(context);
      const { listen } = readSettings(context, checked);
      show(context, { file: checked, ok: true }, () => {
        return say('config.good', { file: checked, listeners: listen.length });
      });
    },
  );
  addSubcommand(config, context, 'show [file]', 'config.show.description', 'config.examples').action(
    (file: string | undefined) => {
      const value = readSettings(context, file ?? findConfigFile(context));
      show(context, value, () => stringifyConfig(value));
    },
  );
};
