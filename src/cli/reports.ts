// `valija reports …`: what others report about mail in our domains' names, and what we report to them.

import type { Command } from 'commander';
import type { ReportSearch } from '#mail/ports/report-store.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import type { CommandContext } from './command-context.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { countOf, momentOf } from './option-values.ts';
import { addSubcommand } from './program.ts';
import { sendReports, withReports } from './reports/ask-reports.ts';
import { formatListings, formatReport, formatSent } from './reports/report-view.ts';
import { formatSummaries, formatSummary } from './reports/summary-view.ts';
import { show, showList } from './show-record.ts';

interface ReportsOptions {
  readonly since?: string;
  readonly limit?: string;
}

const USUAL_SINCE = '30d';
const USUAL_LIMIT = 20;
const MOST_LISTED = 999;

export function addReports(program: Command, context: CommandContext): void {
  const { say } = context;
  const reports = addSubcommand(program, context, 'reports', 'reports.description', 'reports.examples')
    .argument('[domain]', say('reports.argument.domain'))
    .option('--since <time>', say('reports.option.since'))
    .option('--limit <count>', say('reports.option.limit'))
    .action(async (domain: string | undefined, options: ReportsOptions) => {
      const search = parseSearch(context, domain, options);
      const summaries = await withReports(context, (asked) => asked.summarize(search));
      const [only] = summaries;
      if (domain === undefined) return showList(context, summaries, formatSummaries, 'reports.none');
      if (only === undefined) throw new CommandFailure(EXIT.noInput, say('reports.none-about', { domain }));
      show(context, only, () => formatSummary(context, only));
    });
  addLists(reports, context);
  addShow(reports, context);
  addSend(reports, context);
}

/** The options of `reports` stand behind these words, too. */
function addLists(reports: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(reports, context, 'list', 'reports.list', 'reports.list.examples')
    .argument('[domain]', say('reports.argument.domain'))
    .action(async (domain: string | undefined, _options: object, command: Command) => {
      const search = parseSearch(context, domain, command.optsWithGlobals<ReportsOptions>());
      const found = await withReports(context, (asked) => asked.list(search));
      showList(context, found, formatListings, 'reports.none');
    });
  addSubcommand(reports, context, 'sent', 'reports.sent', 'reports.sent.examples')
    .argument('[domain]', say('reports.argument.other-domain'))
    .action(async (domain: string | undefined, _options: object, command: Command) => {
      const search = parseSearch(context, domain, command.optsWithGlobals<ReportsOptions>());
      const found = await withReports(context, (asked) => asked.listSent(search));
      showList(context, found, formatSent, 'reports.sent.none');
    });
}

function addShow(reports: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(reports, context, 'show', 'reports.show', 'reports.show.examples')
    .argument('<id>', say('reports.argument.id'))
    .action(async (id: string) => {
      const number = /^\d{1,15}$/.test(id) ? Number(id) : undefined;
      const found = number === undefined ? undefined : await withReports(context, (asked) => asked.find(number));
      if (found === undefined) throw new CommandFailure(EXIT.noInput, say('reports.not-found', { id }));
      show(context, found, () => formatReport(context, found));
    });
}

function addSend(reports: Command, context: CommandContext): void {
  addSubcommand(reports, context, 'send', 'reports.send', 'reports.send.examples')
    .option('--now', context.say('reports.option.now'))
    .action(async ({ now }: { now?: boolean }) => {
      const { sent, goesOn } = await sendReports(context, now === true);
      showList(context, sent, formatSent, goesOn ? 'reports.send.goes-on' : 'reports.send.nothing');
      if (goesOn && sent.length > 0) context.errors.write(`${context.say('reports.send.goes-on')}\n`);
    });
}

function parseSearch(
  context: CommandContext,
  domain: string | undefined,
  { since = USUAL_SINCE, limit }: ReportsOptions,
): ReportSearch {
  const sinceMs = momentOf(context, '--since', since);
  const most = limit === undefined ? USUAL_LIMIT : countOf(context, '--limit', limit, { most: MOST_LISTED });
  return { sinceMs, limit: most, ...(domain !== undefined && { domain: asWritten(domain) }) };
}

/** As reports have it: `xn--espaa-rta.example` for `España.example`. */
function asWritten(domain: string): string {
  const name = parseDomainName(domain);
  return name.ok ? name.value : domain.toLowerCase();
}
