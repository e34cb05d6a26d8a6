// `valija route ADDRESS`: each step from an address to what would be done with its mail. The running server says it, or, where
// none runs, its settings and tables.

import type { RouteDescription } from '#mail/routing/route-description.ts';
import { askServer, controlPath, NOT_RUNNING } from './ask-server.ts';
import type { AddCommand, CommandContext } from './command-context.ts';
import { loadSettings } from './config-file.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { findOfflineRoute } from './offline-routing.ts';
import { formatFields, formatTable } from './output/table.ts';
import { addSubcommand } from './program.ts';
import { show } from './show-record.ts';

interface RouteOptions {
  readonly from?: string;
}

export const addRoute: AddCommand = (program, context) => {
  const { say } = context;
  addSubcommand(program, context, 'route', 'route.description', 'route.examples')
    .argument('<address>', say('route.argument'))
    .option('--from <sender>', say('route.option.from'))
    .action(async (address: string, { from = '' }: RouteOptions) => {
      const route = await findRoute(context, address, from);
      show(context, route, () => formatRoute(context, route));
      if (route.kind !== 'deliverable') context.exitCode = EXIT.noInput;
    });
};

async function findRoute(context: CommandContext, address: string, from: string): Promise<RouteDescription> {
  const config = loadSettings(context);
  const answer = await askServer(context, controlPath(config), 'route', { address, from });
  if (answer !== NOT_RUNNING) {
    if ('value' in answer) return answer.value as RouteDescription;
    throw new CommandFailure(EXIT.data, context.say('route.not-an-address', { address }));
  }
  const route = await findOfflineRoute(context, config, address, from);
  if (route === undefined) throw new CommandFailure(EXIT.data, context.say('route.not-an-address', { address }));
  return route;
}

function formatRoute(
  context: CommandContext,
  { address, addressClass, kind, steps, ends, reason }: RouteDescription,
): string {
  const { say } = context;
  const head = formatFields([
    [say('route.field.address'), address],
    [say('route.field.class'), say(`route.class.${addressClass}`)],
    [say('route.field.verdict'), say(`route.kind.${kind}`) + (reason === undefined ? '' : ` (${reason})`)],
  ]);
  const way = formatTable(
    [{ title: '#', align: 'right' }, { title: say('route.field.step') }, { title: say('route.field.way') }],
    steps.map((step, i) => {
      const space = step.indexOf(' ');
      return [String(i + 1), step.slice(0, space), step.slice(space + 1)];
    }),
  );
  const plan = formatTable(
    [{ title: say('route.field.recipient') }, { title: say('route.field.plan') }, { title: say('route.field.sender') }],
    ends.map((end) => [end.address, say(`route.action.${end.action}`, { to: end.to }), end.sender ?? '']),
  );
  return [head, ...(steps.length > 0 ? [way] : []), ...(ends.length > 0 ? [plan] : [])].join('\n');
}
