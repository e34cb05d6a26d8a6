// A server behind a router that hands port 25 on (DNAT), and behind one that also hides who comes (SNAT).

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { runProgram } from '../interop/real-program.ts';
import { writeConfig } from '../world/given-state.ts';
import {
  CLIENT_ADDRESS,
  GATEWAY,
  openNetwork,
  PUBLIC_ADDRESS,
  type RouterNetwork,
} from '../world/network-behind-a-router.ts';
import { type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { until } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';

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

  test('mynetworks that have the gateway in them do not trust it, and it is said', async () => {
    const settings = `proxy_interfaces = ["${PUBLIC_ADDRESS}"]\nmynetworks = ["127.0.0.0/8", "10.77.0.0/24"]\n`;
    writeConfig(server.state, settings);
    process.kill(server.supervisorPid, 'SIGHUP');
    await until('the reload', () => server.log().includes('reloaded --'));
    await until('its word', () =>
      server.log().includes(`${GATEWAY} is in mynetworks and is the gateway of this machine`),
    );
    const status = await valija(server, '--lang', 'en', 'status');
    assert.match(status.output, new RegExp(`The gateway ${GATEWAY} is in mynetworks and is not trusted`));
  });

  test('SNAT: everybody seems to be the gateway, which may not send to others for that', async () => {
    hideClients();
    assert.match(await send('por la puerta', USER1), /250 2\.0\.0 Ok: queued as/);
    await until('its line', () => server.log().includes(`client=unknown[${GATEWAY}]`));
    assert.match(await send('a otros', 'ana@example.net'), /554 5\.7\.1 .*Relay access denied/);
  });

  test('SNAT is detected: twenty clients, all of them the gateway; the log and the status say so', async () => {
    const calls = `for i in {1..20}; do exec 3<>/dev/tcp/${PUBLIC_ADDRESS}/25; exec 3>&-; done`;
    await runProgram('ip', ['netns', 'exec', outside, 'bash', '-c', calls]);
    await until('its word', () => /of \d+ clients on port 25 come from the gateway 10\.77\.0\.1/.test(server.log()));
    const status = await valija(server, '--lang', 'en', 'status');
    assert.match(status.output, /WARNING: \d+ of \d+ clients on port 25 come from the gateway 10\.77\.0\.1/);
  });

  test('SNAT: an entry of mynetworks for the gateway alone is not loaded', async () => {
    const before = server.log().length;
    writeConfig(server.state, `proxy_interfaces = ["${PUBLIC_ADDRESS}"]\nmynetworks = ["${GATEWAY}/32"]\n`);
    process.kill(server.supervisorPid, 'SIGHUP');
    await until('the refusal', () => /not reloaded.*10\.77\.0\.1\/32 is the gateway/.test(server.log().slice(before)));
    assert.match(await send('a otros', 'ana@example.net'), /554 5\.7\.1 .*Relay access denied/);
  });
});
