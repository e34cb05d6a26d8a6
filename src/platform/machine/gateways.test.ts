import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readGateways } from './gateways.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-routes-'));
after(() => rmSync(folder, { recursive: true }));
const files = { ipv4: join(folder, 'route'), ipv6: join(folder, 'ipv6_route') };

test('[C30] the next hops of the default routes, each once', () => {
  writeFileSync(
    files.ipv4,
    `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
tun0\t00000000\t00000000\t0001\t0\t0\t700\t00000000\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
eth0\t0000000A\tFE01A8C0\t0003\t0\t0\t100\t000000FF\t0\t0\t0
`,
  );
  const zeros = '0'.repeat(32);
  writeFileSync(
    files.ipv6,
    `fd000000000000000000000000000000 40 ${zeros} 00 ${zeros} 00000100 00000001 00000000 00000001     eth0
${zeros} 00 ${zeros} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
${zeros} 00 ${zeros} 00 ${zeros} ffffffff 00000001 00000000 00200200       lo
`,
  );
  assert.deepEqual(readGateways(files), ['192.168.1.1', 'fe80:0000:0000:0000:0000:0000:0000:0001']);
});

test('where nothing can be read none are known', () => {
  assert.deepEqual(readGateways({ ipv4: join(folder, 'none'), ipv6: folder }), []);
});
