// `valija domain records|check|publish`: what a domain needs in the DNS, whether it is there, and putting it there.

import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { DomainReport } from '#mail/ports/domain-advisor.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { mustSucceed, withAdmin } from '../open-admin.ts';
import { openProgress } from '../output/progress.ts';
import { CLEAR_SCREEN } from '../output/screen.ts';
import { addSubcommand } from '../program.ts';
import { show, showList } from '../show-record.ts';
import { formatReport } from './check-view.ts';
import { withAdvisor } from './open-advisor.ts';
import { formatPublication } from './publication-view.ts';
import { formatPlan, formatPlanAsZone } from './records-view.ts';

/** Between two looks of --watch: caches of name servers count in minutes. */
const WATCH_EVERY_MS = 10_000;

export function addDomainAdvice(domain: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(domain, context, 'records', 'domain.records', 'domain.records.examples')
    .argument('<domain>', say('argument.domain'))
    .option('--zone', say('domain.option.zone'))
    .action(async (name: string, { zone }: { zone?: boolean }) => {
      const plan = mustSucceed(context, await withAdvisor(context, (advisor) => advisor.plan(name)));
      if (zone === true) context.print(formatPlanAsZone(context, plan));
      else show(context, plan, () => formatPlan(context, plan));
    });

  addSubcommand(domain, context, 'check', 'domain.check', 'domain.check.examples')
    .argument('[domain]', say('domain.argument.checked'))
    .option('--watch', say('domain.option.watch'))
    .option('--all', say('domain.option.all'))
    .action((name: string | undefined, options: CheckOptions) => runCheck(context, name, options));

  addSubcommand(domain, context, 'publish', 'domain.publish', 'domain.publish.examples')
    .argument('<domain>', say('argument.domain'))
    .option('--dry-run', say('domain.option.dry-run'))
    .action(async (name: string, { dryRun }: { dryRun?: boolean }) => {
      const asked = withAdvisor(context, (advisor) => advisor.publish(name, { dryRun: dryRun === true }));
      const publication = mustSucceed(context, await asked);
      show(context, publication, () => formatPublication(context, publication));
    });
}

interface CheckOptions {
  readonly watch?: boolean;
  readonly all?: boolean;
}

async function runCheck(context: CommandContext, name: string | undefined, options: CheckOptions): Promise<void> {
  const domains = name === undefined ? await listDomains(context) : [name];
  const view = { all: options.all === true };
  for (;;) {
    const reports = await checkAll(context, domains);
    const isGreen = reports.every((report) => report.isGreen);
    if (options.watch === true && context.output.isTTY) context.output.write(CLEAR_SCREEN);
    const format = () => reports.map((report) => formatReport(context, report, view)).join('\n\n');
    if (name === undefined) showList(context, reports, format, 'domain.none');
    else show(context, reports[0], format);
    context.exitCode = isGreen ? EXIT.ok : EXIT.data;
    if (isGreen || options.watch !== true) return;
    const time = new Date().toLocaleTimeString(context.language);
    context.errors.write(`${context.say('domain.checked-at', { time, seconds: WATCH_EVERY_MS / 1_000 })}\n`);
    await delay(WATCH_EVERY_MS);
  }
}

async function listDomains(context: CommandContext): Promise<string[]> {
  const records = await withAdmin(context, (admin) => admin.listDomains());
  return records.map(({ name }) => name);
}

async function checkAll(context: CommandContext, domains: readonly string[]): Promise<DomainReport[]> {
  const progress = openProgress(context.errors);
  const reports: DomainReport[] = [];
  for (const domain of domains) {
    progress.show(context.say('domain.checking', { domain }));
    const checked = await withAdvisor(context, (advisor) => advisor.check(domain));
    progress.clear();
    reports.push(mustSucceed(context, checked));
  }
  return reports;
}
