// Every address that mail leaves from, asked at every list. RFC 5782 §2.1. A list that does not answer those who ask through a
// public resolver says so by 127.255.255.x, which lists nobody.

import { reversedLabels } from '#base/reverse-name.ts';
import { countsAnswer, parseDnsList } from '#mail/restrictions/dns-list-name.ts';
import type { Check, CheckWorld } from './check-world.ts';
import { type Finding, finder } from './finding.ts';
import { lookUpTexts } from './look-up.ts';
import { sendingAddresses } from './sending-addresses.ts';

const { ok, advice, unknown, failure } = finder('list');

export const checkBlockLists: Check = async (world) => {
  const { server, settings } = world;
  if (server.relayhost !== '' || settings.blockLists.length === 0) return [];
  const addresses = await sendingAddresses(world);
  if (addresses.length === 0) return [unknown('unknown-address', server.mailHost)];
  const pairs = addresses.flatMap((address) => settings.blockLists.map((list) => ({ address, list })));
  const found = (await Promise.all(pairs.map(({ address, list }) => askList(world, address, list)))).flat();
  const clean = addresses.filter((address) => {
    const told = found.filter(({ subject }) => subject === address);
    return told.every(({ rule }) => rule !== 'list-listed') && told.length < settings.blockLists.length;
  });
  return [...found, ...clean.map((address) => ok(address))];
};

async function askList({ dns }: CheckWorld, address: string, written: string): Promise<Finding[]> {
  const list = parseDnsList(written);
  const labels = reversedLabels(address);
  if (!list.ok || labels === undefined) return [];
  const { zone, filter } = list.value;
  const name = `${labels}.${zone}`;
  const values = { list: zone };
  const answer = await dns.resolve(name, 'A');
  if (answer.kind === 'failed')
    return [advice('unanswered', address, { values: { ...values, reason: answer.reason } })];
  if (answer.kind !== 'found') return [];
  const seen = answer.records;
  if (seen.every((each) => each.startsWith('127.255.255.'))) return [advice('refuses-us', address, { values, seen })];
  // A zone that answers everything with its own web server is no list any more.
  if (seen.some((each) => !each.startsWith('127.'))) return [advice('gone', address, { values, seen })];
  if (!countsAnswer(seen, filter)) return [];
  const texts = await lookUpTexts(dns, name);
  const reason = texts.kind === 'found' ? (texts.records[0] ?? '') : '';
  return [
    failure('listed', address, { values: { ...values, reason }, seen: [...seen, ...(reason === '' ? [] : [reason])] }),
  ];
}
