// `valija setup DOMAIN`: from an empty machine to a mail server, in one command that can be run again and undoes itself.

import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { USERS } from '#processes/roster.ts';
import type { AddCommand, CommandContext } from './command-context.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { askVisibly } from './output/prompt.ts';
import { readablePassword } from './readable-password.ts';
import { gatherAnswers, type SetupOptions } from './setup/answers.ts';
import { carryOut, type SetupWorld, StepFailure } from './setup/carry-out.ts';
import { finishSetup } from './setup/closing-report.ts';
import { findMachineFacts } from './setup/machine-facts.ts';
import { planSetup, type SetupParts, type SetupPlan, STATE_USER, USUAL_PLACES } from './setup/plan.ts';
import { formatFailure, formatObstacles, formatSteps, nameStep } from './setup/plan-view.ts';
import { SERVER_PORTS } from './setup/server-config.ts';
import { findGroupId, findUserIds } from './setup/system-ids.ts';
import { unitFiles } from './setup/unit-file.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/valija', import.meta.url));
const USUAL_CONFIG_FILE = '/etc/valija/valija.toml';

export const addSetup: AddCommand = (program, context) => {
  const { say } = context;
  program
    .command('setup')
    .description(say('setup.description'))
    .addHelpText('after', `\n${say('setup.examples')}`)
    .argument('<domain>', say('setup.argument.domain'))
    .option('--hostname <name>', say('setup.option.hostname'))
    .option('--account <address>', say('setup.option.account'))
    .option('--password-stdin', say('setup.option.password-stdin'))
    .option('--acme <url>', say('setup.option.acme'))
    .option('--acme-cafile <file>', say('setup.option.acme-cafile'))
    .option('--contact <address>', say('setup.option.contact'))
    .option('--public-address <addresses>', say('setup.option.public-address'))
    .option('--relayhost <server>', say('setup.option.relayhost'))
    .option('--yes', say('setup.option.yes'))
    .option('--plan', say('setup.option.plan'))
    .action((domain: string, options: SetupOptions) => setUp(context, domain, options));
};

async function setUp(context: CommandContext, domain: string, options: SetupOptions): Promise<void> {
  const configFile = resolve(context.globalOptions().config ?? USUAL_CONFIG_FILE);
  const facts = await findMachineFacts({ users: Object.keys(USERS), ports: SERVER_PORTS, configFile });
  const answers = await gatherAnswers(context, facts, domain, options);
  const parts: SetupParts = {
    users: new Map(Object.entries(USERS).map(([user, { madeBy }]) => [user, madeBy.split(' ')])),
    places: { ...USUAL_PLACES, configFile, authorityFile: join(dirname(configFile), 'acme-ca.pem') },
    units: unitFiles(PROGRAM, configFile),
  };
  const password = answers.password ?? readablePassword();
  const plan = planSetup(answers, password, facts, parts);
  context.print(formatSteps(context, plan.steps));
  if (plan.obstacles.length > 0) throw new CommandFailure(EXIT.cannotCreate, formatObstacles(context, plan.obstacles));
  if (options.plan) return;
  await askToGoOn(context, options);
  await carryOutPlan(context, plan, configFile);
  const isRunning = facts.hasSystemd || facts.existingConfig !== undefined;
  await finishSetup(context, { answers, password, isRunning, program: PROGRAM, configFile });
}

async function askToGoOn({ say, input, errors }: CommandContext, { yes }: SetupOptions): Promise<void> {
  if (yes || !input.isTTY) return;
  const answer = await askVisibly(input, errors, `${say('setup.ask.go-on')} [${say('setup.yes')}] `);
  const agrees = answer !== undefined && /^(?:|y|yes|s|si|sí)$/i.test(answer.trim());
  if (!agrees) throw new CommandFailure(EXIT.interrupted, say('setup.given-up'));
}

async function carryOutPlan(context: CommandContext, { steps }: SetupPlan, configFile: string): Promise<void> {
  const { say, paint } = context;
  const world: SetupWorld = {
    valija: [PROGRAM, '--lang', context.language, '--config', configFile],
    stateUser: STATE_USER,
    findUser: findUserIds,
    findGroup: findGroupId,
    report: (step, outcome) => {
      const mark = outcome === 'done' ? paint('green', say('setup.done')) : paint('dim', say('setup.was-there'));
      context.print(`  ${nameStep(context, step)}: ${mark}`);
    },
  };
  try {
    await carryOut(steps, world);
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    throw new CommandFailure(EXIT.cannotCreate, formatFailure(context, error));
  }
}
