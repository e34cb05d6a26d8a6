// `valija start`, which is `npm start`: a whole server on loopback for whoever has just cloned this. It writes what is
// missing under ./state, runs the server, and says how to send and read a first message.

import { resolve } from 'node:path';
import type { Config } from '#platform/config/schema.ts';
import type { BoundListener } from '#processes/messages.ts';
import type { AddCommand, CommandContext } from './command-context.ts';
import { readSettings } from './config-file.ts';
import { addDemoAccounts, addDemoKeys, DEMO_ACCOUNTS, type DemoAccount, writeDemoConfig } from './demo-state.ts';
import { mustSucceed } from './open-admin.ts';
import { formatTable } from './output/table.ts';
import { prepareStateForCommand } from './prepare-state.ts';
import { runServer } from './run-server.ts';

const DEMO_CONFIG = 'state/valija.toml';

export const addStart: AddCommand = (program, context) => {
  const { say } = context;
  program
    .command('start')
    .description(say('start.description'))
    .addHelpText('after', `\n${say('start.examples')}`)
    .action(() => start(context));
};

async function start(context: CommandContext): Promise<void> {
  const { say, environment } = context;
  const configFile = resolve(context.globalOptions().config ?? DEMO_CONFIG);
  if (await writeDemoConfig(configFile)) context.print(say('start.config-written', { file: configFile }));
  const config = readSettings(context, configFile);
  if (process.getuid?.() === 0) context.print(context.paint('yellow', say('start.as-root')));
  prepareStateForCommand(config.state_directory);
  const accounts = mustSucceed(context, await addDemoAccounts(config, environment['VALIJA_DEMO_PASSWORD']));
  await addDemoKeys(config);
  await runServer(context, configFile, (listeners) => context.print(welcome(context, config, accounts, listeners)));
}

function welcome(
  { say, paint }: CommandContext,
  config: Config,
  accounts: readonly DemoAccount[],
  listeners: readonly BoundListener[],
): string {
  const rows = accounts.map(({ address, password }) => [address, password ?? say('start.password-kept')]);
  const passwordOf = (address: string) =>
    accounts.find((account) => account.address === address)?.password ?? say('start.your-password');
  const [from, to] = DEMO_ACCOUNTS;
  const place = (service: string) => {
    const found = listeners.find((listener) => listener.service === service);
    return `${found?.address ?? '127.0.0.1'}:${found?.port ?? 0}`;
  };
  const send = `printf 'From: ${from}\\nTo: ${to}\\nSubject: hola\\n\\nhola\\n' | curl -sSk --crlf --ssl-reqd smtp://${place('submission')} \\
  -u ${quoted(`${from}:${passwordOf(from)}`)} --mail-from ${from} --mail-rcpt ${to} -T -`;
  const read = `curl -sSk 'imaps://${place('imaps')}/INBOX;MAILINDEX=1' -u ${quoted(`${to}:${passwordOf(to)}`)}`;
  const heading = (text: string) => paint('bold', text);
  return [
    '',
    heading(say('start.ready', { listeners: listeners.map(({ service, port }) => `${service} ${port}`).join(', ') })),
    formatTable([{ title: say('field.account') }, { title: say('start.password') }], rows),
    heading(say('start.send')),
    send,
    heading(say('start.read')),
    read,
    heading(say('start.next')),
    say('start.next-lines', { log: config.maillog_file }),
    '',
  ].join('\n');
}

/** One word for the shell, whatever stands in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
