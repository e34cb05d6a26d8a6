import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOfName } from './dynamic-name.ts';

test('[C12] names of lines at home, of rented machines, and one’s own', () => {
  const cases: readonly (readonly [name: string, address: string, kind: string])[] = [
    ['mail.valija.test', '192.0.2.1', 'own'],
    ['pool.valija.test', '192.0.2.1', 'own'],
    ['vps-4f2a.example.net', '192.0.2.1', 'own'],
    ['mx1.dynamics.example.net', '192.0.2.1', 'own'],
    ['static.1.2.0.192.clients.example.net', '192.0.2.1', 'generic'],
    ['ip-192-0-2-1.example.net', '192.0.2.1', 'generic'],
    ['c0000201.example.net', '192.0.2.1', 'generic'],
    ['192-0-2-1.dsl.example.net', '192.0.2.1', 'dynamic'],
    ['p5b0c1d2e.dip0.example.net', '91.12.29.46', 'dynamic'],
    ['1.red-192-0-2.dynamicip.example.net', '192.0.2.1', 'dynamic'],
    ['host7.dyn.example.net', '192.0.2.1', 'dynamic'],
    ['customer-2001-db8-0-0-1234-5678-9abc-def0.pool.example.net', '2001:db8::1234:5678:9abc:def0', 'dynamic'],
  ];
  for (const [name, address, kind] of cases) assert.equal(kindOfName(name, address), kind, name);
});
