// Where mail for an address is handed on to: transport_maps before all, else what its class says, and for mail to others
// the relay host of its sender or of all. Postfix's transport(5).

import { type Mistake, mistake, mistakeInEnglish } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { Table } from '#mail/ports/table.ts';
import type { NextHop } from '#mail/queue/next-hop.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import type { ExtensionRules } from './address-extension.ts';
import { addressKeys, findInTables, transportKeys } from './address-lookup.ts';

/** A line of a transport table: `smtp:[mail.example.org]:587`, `:example.net`, `discard:`. */
export interface TransportEntry {
  /** `` leaves it as it is. */
  readonly transport: string;
  readonly nextHop: string;
  readonly key: string;
}

export interface TransportTables {
  readonly rules: ExtensionRules;
  readonly transport_maps: readonly Table[];
  readonly sender_dependent_relayhost_maps: readonly Table[];
  /** Empty: none. */
  readonly relayhost: string;
}

/** `undefined` also where the table says `:`, which is «as if there were no table». */
export async function findTransport(tables: TransportTables, address: AddrSpec): Promise<TransportEntry | undefined> {
  const match = await findInTables(tables.transport_maps, transportKeys(address, tables.rules));
  if (match === undefined) return undefined;
  const entry = transportEntry(match.value, match.key);
  return entry.transport === '' && entry.nextHop === '' ? undefined : entry;
}

/** `smtp:[mail.example.org]:587`, or a transport alone. `key`: where it stands. */
export function transportEntry(text: string, key: string): TransportEntry {
  const colon = text.indexOf(':');
  const transport = (colon === -1 ? text : text.slice(0, colon)).trim();
  return { transport, nextHop: colon === -1 ? '' : text.slice(colon + 1).trim(), key };
}

/** What is wrong with the value of a setting such as `default_transport`. */
export function findTransportMistake(text: string): Mistake | undefined {
  const entry = transportEntry(text, '');
  return readTransport(entry, 'example.org').ok ? undefined : unknownTransport(entry);
}

/** The relay host of the sender, or of all; `undefined` where mail goes to the recipient's own servers. */
export async function findRelayHost(
  { rules, relayhost, sender_dependent_relayhost_maps: tables }: TransportTables,
  sender: AddrSpec | undefined,
): Promise<string | undefined> {
  const general = relayhost === '' ? undefined : relayhost;
  if (tables.length === 0 || sender === undefined) return general;
  const match = await findInTables(tables, addressKeys(sender, rules, false));
  // DUNNO ends the search without a relay host of the sender's own.
  if (match === undefined || match.value === 'DUNNO') return general;
  return match.value;
}

/** Delivered here after all, whatever class the domain is of. */
export type OwnTransport = 'local' | 'virtual-mailbox';

/** The error is what is wrong with the table. */
export function readTransport(
  { transport, nextHop }: TransportEntry,
  domain: string,
): Result<NextHop | OwnTransport, string> {
  switch (transport) {
    case '':
    case 'smtp':
    case 'relay':
      return ok({ transport: 'smtp', destination: nextHop === '' ? domain : nextHop });
    case 'lmtp':
      return ok({ transport: 'lmtp', destination: lmtpDestination(nextHop === '' ? domain : nextHop) });
    case 'local':
      return ok('local');
    case 'virtual':
      return ok('virtual-mailbox');
    case 'discard':
      return ok({ transport: 'discard' });
    case 'error':
      return ok({ transport: 'error', ...readStatus(nextHop, '5.0.0', 'mail is not accepted here') });
    case 'retry':
      return ok({ transport: 'error', ...readStatus(nextHop, '4.0.0', 'mail is not accepted here now') });
    default:
      return err(mistakeInEnglish(unknownTransport({ transport })));
  }
}

function unknownTransport({ transport }: Pick<TransportEntry, 'transport'>): Mistake {
  return mistake('transport-unknown', { transport });
}

function lmtpDestination(text: string): string {
  return text.startsWith('unix:') || text.startsWith('inet:') ? text : `inet:${text}`;
}

/** `5.1.2 there is no such place`: a status that does not fit the transport's class is taken for text. */
function readStatus(text: string, fallback: string, silence: string): { status: string; text: string } {
  const [first = '', ...words] = text.split(' ');
  const fits = /^[45]\.\d{1,3}\.\d{1,3}$/.test(first) && first[0] === fallback[0];
  const said = (fits ? words.join(' ') : text).trim();
  return { status: fits ? first : fallback, text: said === '' ? silence : said };
}

/** For people: `smtp:example.org`, `local:usuario2`, `|command`, `/a/file`. */
export function describeNextHop(hop: NextHop): string {
  switch (hop.transport) {
    case 'smtp':
    case 'lmtp':
      return `${hop.transport}:${hop.destination}`;
    case 'local':
      return `local:${hop.user}${hop.extension === undefined ? '' : ` (${hop.extension})`}`;
    case 'pipe':
      return `|${hop.command}`;
    case 'file':
      return hop.path;
    case 'done':
      return hop.text;
    case 'discard':
      return 'discard:';
    case 'error':
      return `error:${hop.status} ${hop.text}`;
  }
}
