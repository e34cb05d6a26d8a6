// What the file of `valija lab` may say: servers with domains and accounts of their own, the zones of the name server that
// they ask, and what is broken there.

import { z } from 'zod';
import { mistake } from '#base/mistakes/mistake.ts';
import { durationMs } from './duration.ts';
import { complain } from './issue-mistake.ts';

const LEAST_PASSWORD = 8;

/** All of 127.0.0.0/8 is this machine; 127.0.0.1 is left to everybody else. */
const loopback = () =>
  z.ipv4().superRefine((address, context) => {
    if (!address.startsWith('127.') || address === '127.0.0.1') complain(context, mistake('lab-address'));
  });
const port = (usual: number) => z.int().min(1).max(65_535).default(usual);

const serverSchema = z.strictObject({
  myhostname: z.string().min(1).describe('Its name; where no zone says otherwise, the exchanger of its domains.'),
  address: loopback().describe('Where it listens, and where its mail comes from.'),
  domains: z.array(z.string().min(1)).default([]).describe('Domains whose mailboxes it has.'),
  accounts: z.array(z.string().min(1)).default([]).describe('Addresses in these domains.'),
  aliases: z.record(z.string(), z.array(z.string()).min(1)).default({}).describe('Address → where its mail goes.'),
  settings: z.record(z.string(), z.unknown()).default({}).describe('Further lines of its valija.toml.'),
});

function eachHasItsOwn(servers: readonly z.output<typeof serverSchema>[], context: z.RefinementCtx): void {
  for (const key of ['address', 'myhostname'] as const) {
    for (const [i, server] of servers.entries()) {
      const isTaken = servers.findIndex((other) => other[key] === server[key]) < i;
      if (isTaken) complain(context, mistake('lab-server-taken', { name: server[key] }), [i, key]);
    }
  }
}

const zoneSchema = z.strictObject({
  origin: z.string().min(1).describe('The domain; it takes the place of the zone that would be made for it.'),
  records: z.string().describe('Master file text: `@ MX 10 mail`.'),
  authenticated: z.boolean().default(false).describe('Answers bear the AD bit, as if DNSSEC had proven them.'),
});

export const labSchema = z.strictObject({
  password: z.string().min(LEAST_PASSWORD).default('mensajeria').describe('Of every account.'),
  ports: z
    .strictObject({ smtp: port(2025), submission: port(2587), imaps: port(2993) })
    .prefault({})
    .describe('The same on every server.'),
  dns: z
    .strictObject({
      address: loopback().default('127.25.0.53'),
      port: port(2053),
      slow: z.string().default('1s').transform(durationMs).describe('How late the fault `slow` answers.'),
      faults: z.record(z.string(), z.string()).default({}).describe('Name, or name and type → what is broken there.'),
    })
    .prefault({})
    .describe('The name server of all of them.'),
  server: z.array(serverSchema).min(1).superRefine(eachHasItsOwn),
  zone: z.array(zoneSchema).default([]),
});

export type LabConfig = z.output<typeof labSchema>;
export type LabServerConfig = LabConfig['server'][number];
