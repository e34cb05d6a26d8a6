// Access tables of servers: who receives the mail of a domain (MX), who answers for it in the DNS (NS), where it is (A). What
// spammers change last are the servers behind their many names.

import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { isAddressLiteral } from '#protocols/message/domain-name.ts';
import { clientTitle, forbidPermission, lookUp, type TableAnswer } from './access.ts';
import { addressKeys, domainKeys } from './access-keys.ts';
import { findClientName, findReverseClientName, UNKNOWN_CLIENT } from './client-name.ts';
import { ask, hear, type Inquiry, type Said } from './fact.ts';
import { withTable } from './kinds.ts';
import type { Opinion } from './opinion.ts';
import type { JudgedCommand, Knowledge, RestrictionKinds, Subject } from './restriction.ts';

interface Checked {
  readonly domain: string;
  readonly subject: Subject;
}

type FindChecked = (command: JudgedCommand) => Said<Checked | undefined>;

function* ofClient(command: JudgedCommand): Inquiry<Checked | undefined> {
  return namedClient(yield* findClientName(), { name: clientTitle(command), what: 'Client host' });
}

function* ofReverseClient(command: JudgedCommand): Inquiry<Checked | undefined> {
  return namedClient(yield* findReverseClientName(), { name: clientTitle(command), what: 'Unverified Client host' });
}

function namedClient(domain: string, subject: Subject): Checked | undefined {
  return domain === UNKNOWN_CLIENT ? undefined : { domain, subject };
}

function ofHelo({ session: { helo } }: JudgedCommand): Checked | undefined {
  return helo === undefined ? undefined : { domain: helo, subject: { name: helo, what: 'Helo command' } };
}

function ofSender({ sender }: JudgedCommand): Checked | undefined {
  if (sender == null) return undefined;
  return { domain: sender.domain, subject: { name: formatAddrSpec(sender), what: 'Sender address' } };
}

function ofRecipient({ recipient }: JudgedCommand): Checked | undefined {
  if (recipient === undefined) return undefined;
  return { domain: recipient.domain, subject: { name: formatAddrSpec(recipient), what: 'Recipient address' } };
}

type ServerType = 'A' | 'MX' | 'NS';

/** Servers of a domain, and addresses of a server, that are looked at. */
const MOST_SERVERS = 20;

const OF: Readonly<Record<string, { readonly needs: Knowledge; readonly find: FindChecked }>> = {
  client: { needs: 'client', find: ofClient },
  reverse_client_hostname: { needs: 'client', find: ofReverseClient },
  helo: { needs: 'greeting', find: ofHelo },
  sender: { needs: 'sender', find: ofSender },
  recipient: { needs: 'recipient', find: ofRecipient },
};

const TYPES: readonly ServerType[] = ['A', 'MX', 'NS'];

/** `check_sender_mx_access` and its kin, for each of whom and each type of server. */
export const HOST_ACCESS: RestrictionKinds = Object.fromEntries(
  Object.entries(OF).flatMap(([whose, { needs, find }]) =>
    TYPES.map((type) => {
      const name = `check_${whose}_${type.toLowerCase()}_access`;
      const kind = withTable(
        needs,
        (table) =>
          function* (command) {
            const checked = yield* hear(find(command));
            if (checked === undefined) return undefined;
            const opinion = yield* checkServers(table, type, checked, command);
            return forbidPermission(name, checked.domain, opinion);
          },
        { kind: 'dns' },
      );
      return [name, kind];
    }),
  ),
);

function* checkServers(
  table: string,
  type: ServerType,
  { domain, subject }: Checked,
  command: JudgedCommand,
): Inquiry<Opinion | undefined> {
  const context = { command, subject };
  if (domain.startsWith('[')) {
    if (type === 'NS' || !isAddressLiteral(domain)) return undefined;
    const address = domain.slice(1, -1).replace(/^ipv6:/i, '');
    return (yield* lookUp(table, addressKeys(address), context)).opinion;
  }
  for (const server of yield* findServers(domain, type)) {
    const byName = yield* lookUp(table, domainKeys(server, command.settings), context);
    if (byName.found) return byName.opinion;
    const byAddress = yield* checkAddresses(table, server, context);
    if (byAddress.found) return byAddress.opinion;
  }
  return undefined;
}

function* checkAddresses(
  table: string,
  server: string,
  context: { readonly command: JudgedCommand; readonly subject: Subject },
): Inquiry<TableAnswer> {
  for (const type of ['A', 'AAAA'] as const) {
    const found = yield* ask({ kind: 'dns', name: server, type });
    if (found.kind !== 'found') continue;
    for (const address of found.records.slice(0, MOST_SERVERS)) {
      const answer = yield* lookUp(table, addressKeys(address), context);
      if (answer.found) return answer;
    }
  }
  return { found: false, opinion: undefined };
}

/** A domain without MX is its own; one without NS has those of the domain above it. */
function* findServers(domain: string, type: ServerType): Inquiry<readonly string[]> {
  if (type === 'A') return [domain];
  for (let name = domain; ; name = name.slice(name.indexOf('.') + 1)) {
    const found = yield* ask({ kind: 'dns', name, type });
    if (found.kind === 'found') return found.records.filter((server) => server !== '').slice(0, MOST_SERVERS);
    if (found.kind !== 'none') return [];
    if (type === 'MX') return [domain];
    if (!name.includes('.')) return [];
  }
}
