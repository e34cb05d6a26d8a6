// `valija config check|show|history|diff|apply|confirm|rollback`: whether a configuration is good, what it amounts to, what was
// in force before, and how another one takes its place.

import { stringifyConfig } from '#platform/config/stringify-config.ts';
import type { AddCommand } from './command-context.ts';
import { addApply } from './config/apply.ts';
import { addCheck } from './config/check.ts';
import { addHistory } from './config/history.ts';
import { findConfigFile, readSettings } from './config-file.ts';
import { addSubcommand } from './program.ts';
import { show } from './show-record.ts';

export const addConfig: AddCommand = (program, context) => {
  const config = addSubcommand(program, context, 'config', 'config.description', 'config.examples');
  addCheck(config, context);
  addSubcommand(config, context, 'show [file]', 'config.show.description', 'config.examples').action(
    (file: string | undefined) => {
      const value = readSettings(context, file ?? findConfigFile(context));
      show(context, value, () => stringifyConfig(value));
    },
  );
  addHistory(config, context);
  addApply(config, context);
};
