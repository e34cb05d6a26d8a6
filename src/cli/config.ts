// `valija config check|show`: whether a configuration is good, and what it amounts to.

import { stringifyConfig } from '#platform/config/stringify-config.ts';
import { closedToPlainMail } from '#platform/config/tls-levels.ts';
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
      const settings = readSettings(context, checked);
      const warnings = closedToPlainMail(settings).map(({ address, port }) => {
        return say('config.closed-to-plain-mail', { place: `${address} port ${port}` });
      });
      show(context, { file: checked, ok: true, warnings }, () => {
        return [say('config.good', { file: checked, listeners: settings.listen.length }), ...warnings].join('\n');
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
