// A name server as a process of its own, for programs that ask 127.0.0.1 port 53 and nobody else: it is run in a network of
// its own. Arguments: a file with records of the root zone, and a file to make when it answers.

import { readFileSync, writeFileSync } from 'node:fs';
import { openZoneServer } from '#platform/dns/zone-server.ts';
import { readZone } from './dns.ts';

const [records = '', readyFile = ''] = process.argv.slice(2);
const zones = [readZone('.', readFileSync(records, 'utf8'))];
await openZoneServer({ address: '127.0.0.1', port: 53, zones });
writeFileSync(readyFile, '');
