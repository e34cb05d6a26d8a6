// A server behind a router that hands port 25 on (DNAT), and behind one that also hides who comes (SNAT).

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { runProgram } from '../interop/real-program.ts';
import {
  CLIENT_ADDRESS,
  GATEWAY,
  openNetwork,
  PUBLIC_ADDRESS,
  type RouterNetwork,
} from '../world/network-behind-a-router.ts';
import { type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { until } from '../world/until.ts';

const isRoot = process.getuid?.() === 0;
const network = isRoot ? openNetwork() : undefined;

describe('[C30] behind a router', { skip: network === undefined ? 'needs root and network namespaces' : false }, () => {
  const { outside, inside, forward, hideClients } = network as RouterNetwork;
  let server: RunningServer;
  before(async () => {
    server = await startServer({ namespace: inside, settings: `proxy_interfaces = ["${PUBLIC_ADDRESS}"]` });
    forward(server.ports.smtp);
  });
  after(async () => {
    await server?.[Symbol.asyncDispose]();
    network?.[Symbol.dispose]();
  });

  /** From outside, to the router's public address. */
  async function send(subject: string, to: string): Promise<string> {
    const words = [
      '--server',
      PUBLIC_ADDRESS,
      '--from',
      'ana@example.org',
      '--to',
      to,
      '--header',
      `Subject: ${subject}`,
    ];
    const { output, errors } = await runProgram('ip', ['netns', 'exec', outside, 'swaks', ...words]);
    return output + errors;
  }

  test('DNAT: the client’s own address is in the log, and strangers stay strangers', async () => {
    assert.match(await send('desde fuera', USER1), /250 2\.0\.0 Ok: queued as/);
    await until('its line', () => server.log().includes(`client=unknown[${CLIENT_ADDRESS}]`));
    assert.match(await send('a otros', 'ana@example.net'), /554 5\.7\.1 .*Relay access denied/);
  });

  test('our public address is ourselves: a literal of it is a name of ours', async () => {
    const answer = await send('a la dirección pública', `usuario1@[${PUBLIC_ADDRESS}]`);
    assert.match(answer, /250 2\.0\.0 Ok: queued as/);
  });

  test('SNAT: everybody seems to be the gateway, which may not send to others for that', async () => {
    hideClients();
    assert.match(await send('por la puerta', USER1), /250 2\.0\.0 Ok: queued as/);
    await until('its line', () => server.log().includes(`client=unknown[${GATEWAY}]`));
    assert.match(await send('a otros', 'ana@example.net'), /554 5\.7\.1 .*Relay access denied/);
  });
});
