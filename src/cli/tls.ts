// `valija tls …`: the certificates of the running server, and what mail programs see of them.

import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { REVOCATION_REASONS } from '#mail/certificates/revocation.ts';
import type { CertificateListing, Revoked } from '#mail/ports/certificate-admin.ts';
import type { ServerStatus } from '#mail/ports/status-source.ts';
import { askFor } from './ask-for.ts';
import { askServer, controlPath } from './ask-server.ts';
import type { CommandContext } from './command-context.ts';
import { loadSettings } from './config-file.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { mustSucceed } from './open-admin.ts';
import { harmless } from './output/table.ts';
import { addSubcommand } from './program.ts';
import { show } from './show-record.ts';
import { formatListing } from './tls/certificate-view.ts';
import { checkPorts, formatFindings } from './tls/check-ports.ts';
import { formatRenewal, judgeRenewals } from './tls/renewal-outcome.ts';
import { readTrustedAuthorities } from './tls/trusted-authorities.ts';

const LOOK_EVERY_MS = 1_000;

export function addTls(program: Command, context: CommandContext): void {
  const tls = addSubcommand(program, context, 'tls', 'tls.description', 'tls.examples');
  addSubcommand(tls, context, 'list', 'tls.list', 'tls.examples').action(async () => {
    const listing = await list(context);
    show(context, listing, () => formatListing(context, listing));
  });
  addRenew(tls, context);
  addRevoke(tls, context);
  addCheck(tls, context);
}

function addRenew(tls: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(tls, context, 'renew', 'tls.renew', 'tls.renew.examples')
    .argument('[certificate]', say('tls.argument.id'))
    .action(async (id: string | undefined) => {
      const before = await list(context);
      const ids = await ask<readonly string[]>(context, 'tls.renew', { id });
      const isForPeople = !context.globalOptions().json;
      if (isForPeople && ids.length > 0) context.print(say('tls.renewing', { ids: ids.join(', ') }));
      const outcomes = judgeRenewals(ids, before, await awaitOrders(context, ids));
      if (outcomes.some(({ hasFailed }) => hasFailed)) context.exitCode = EXIT.temporary;
      const records = outcomes.flatMap(({ record }) => record ?? []);
      show(context, records, () => {
        if (ids.length === 0) return say('tls.nothing-to-ask');
        return outcomes.flatMap((one) => formatRenewal(context, one)).join('\n');
      });
    });
}

function addRevoke(tls: Command, context: CommandContext): void {
  const { say } = context;
  const reasons = REVOCATION_REASONS.join(', ');
  addSubcommand(tls, context, 'revoke', 'tls.revoke', 'tls.revoke.examples')
    .argument('<certificate>', say('tls.argument.id'))
    .option('--reason <reason>', say('tls.option.reason', { reasons }), 'unspecified')
    .action(async (id: string, { reason: given }: { readonly reason: string }) => {
      const reason = REVOCATION_REASONS.find((one) => one === given.toLowerCase());
      if (reason === undefined) throw new CommandFailure(EXIT.usage, say('tls.revoke.bad-reason', { given, reasons }));
      const revoked = await ask<Revoked>(context, 'tls.revoke', { name: id, reason });
      show(context, revoked, () => say('tls.revoked', { id, authority: harmless(revoked.authority) }));
    });
}

async function awaitOrders(context: CommandContext, ids: readonly string[]): Promise<CertificateListing> {
  for (;;) {
    const listing = await list(context);
    if (!listing.certificates.some(({ id, isOrdering }) => isOrdering && ids.includes(id))) return listing;
    await delay(LOOK_EVERY_MS);
  }
}

function addCheck(tls: Command, context: CommandContext): void {
  addSubcommand(tls, context, 'check', 'tls.check', 'tls.check.examples')
    .option('--CAfile <file>', context.say('tls.option.ca-file'))
    .action(async ({ CAfile }: { readonly CAfile?: string }) => {
      const trusted = CAfile === undefined ? undefined : readTrustedAuthorities(context, CAfile);
      const { listeners } = await ask<ServerStatus>(context, 'status', {});
      const findings = await checkPorts(listeners, await list(context), trusted);
      show(context, findings, () => formatFindings(context, findings));
      if (findings.some(({ fault }) => fault !== undefined)) context.exitCode = EXIT.data;
    });
}

function list(context: CommandContext): Promise<CertificateListing> {
  return ask<CertificateListing>(context, 'tls.list', {});
}

/** Certificates are the running server's: none runs, and there is nothing to tell. */
async function ask<T>(context: CommandContext, method: string, params: object): Promise<T> {
  const path = controlPath(loadSettings(context));
  const gone = context.say('status.not-running', { path });
  const asking = (name: string, given: object) => askServer(context, path, name, given);
  return mustSucceed(context, await askFor<T>(asking, gone, method, params));
}
