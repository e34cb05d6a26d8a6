// `relayhost`: one server that takes all mail for others, found, entered and trusted as its settings say.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openDns, type TestDns } from '../world/dns.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { type MailSink, openSink, type SinkOptions } from '../world/mail-sink.ts';
import { PASSWORD, type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until, untilLogged } from '../world/until.ts';
import { queueIsEmpty, valija } from '../world/valija-command.ts';

const NETWORK = `127.${30 + (process.pid % 200)}.${(process.pid >> 8) % 250}`;
const [BY_MX, BY_ALIAS] = [`${NETWORK}.1`, `${NETWORK}.2`];
const LOGIN = 'usuario1@relay.test:contraseña-del-relay';

let dns: TestDns;
before(async () => {
  dns = await openDns({
    zones: {
      'relay.test': `@ MX 10 mx\n@ A ${BY_ALIAS}\nmx A ${BY_MX}\n`,
      'vps.test': `mail CNAME lejos\nlejos A ${BY_ALIAS}\n`,
      'example.net': '@ MX 10 mx\nmx A 192.0.2.1\n',
    },
  });
});
after(() => dns[Symbol.asyncDispose]());

interface House extends AsyncDisposable {
  readonly sink: MailSink;
  readonly server: RunningServer;
}

/** A relay, and a server whose settings may name its port. */
async function openHouse(relay: SinkOptions, settings: (port: number) => string): Promise<House> {
  await using opened = new AsyncDisposableStack();
  const sink = opened.use(await openSink(relay));
  const server = await startServer({
    settings: [
      `resolver_addresses = ["127.0.0.1:${dns.server.port}"]`,
      'smtp_allow_loopback = true',
      'minimal_backoff_time = "1s"\nmaximal_backoff_time = "2s"\nqueue_run_delay = "1s"',
      settings(sink.port),
    ].join('\n'),
  });
  opened.use(server);
  const everything = opened.move();
  return { sink, server, [Symbol.asyncDispose]: () => everything.disposeAsync() };
}

async function send(server: RunningServer, ...to: string[]): Promise<void> {
  using talk = await openSmtp(server, 'smtp');
  assert.match(await talk.bring(USER1, to, 'Subject: hola\r\n\r\nhola\r\n'), /^250 /);
}

async function firstMessage({ sink }: House) {
  await until('a message at the relay', () => sink.messages.length > 0);
  return sink.messages[0];
}

test('[C20] a plain name is looked up as MX, and local mail never goes there', async () => {
  await using house = await openHouse(
    { address: BY_MX },
    (port) => `relayhost = "relay.test"\nsmtp_tcp_port = ${port}`,
  );
  await send(house.server, 'ana@example.net', USER2);
  assert.deepEqual((await firstMessage(house))?.recipients, ['ana@example.net']);
  const login = { address: USER2, password: PASSWORD };
  await until('the copy here', async () => (await readMailbox(house.server, login)).messages.length === 1);
  assert.equal(house.sink.messages.length, 1);
  await untilLogged(house.server, new RegExp(`to=<ana@example\\.net>, relay=mx\\.relay\\.test\\[${BY_MX}\\]:`));
});

test('[C20] a name without MX is an alias of a host: CNAME, then A', async () => {
  const settings = (port: number) => `relayhost = "mail.vps.test"\nsmtp_tcp_port = ${port}`;
  await using house = await openHouse({ address: BY_ALIAS }, settings);
  await send(house.server, 'ana@example.net');
  assert.equal((await firstMessage(house))?.sender, USER1);
});

test('[C20] [host]:port skips the MX records; SASL under TLS, and the address that we come from', async () => {
  const settings = (port: number) =>
    [
      `relayhost = "[relay.test]:${port}"`,
      `smtp_sasl_password_maps = ["inline:{[relay.test]:${port}=${LOGIN}}"]`,
      'smtp_tls_security_level = "encrypt"',
      `smtp_bind_address = "${NETWORK}.77"`,
    ].join('\n');
  await using house = await openHouse({ address: BY_ALIAS, hasTls: true, login: LOGIN }, settings);
  await send(house.server, 'ana@example.net');
  const { isSecure, login, from } = (await firstMessage(house)) ?? {};
  assert.deepEqual({ isSecure, login, from }, { isSecure: true, login: LOGIN, from: `${NETWORK}.77` });
});

test('[C20] [C41] level encrypt: a relay without STARTTLS gets nothing, neither mail nor password', async () => {
  const settings = (port: number) =>
    [
      `relayhost = "[relay.test]:${port}"`,
      `smtp_sasl_password_maps = ["inline:{[relay.test]:${port}=${LOGIN}}"]`,
      'smtp_tls_security_level = "encrypt"',
    ].join('\n');
  const said: string[] = [];
  const fault = (_: string, line: string) => void said.push(line);
  await using house = await openHouse({ address: BY_ALIAS, login: LOGIN, fault }, settings);
  await send(house.server, 'ana@example.net');
  await until('a refusal', () => /dsn=4\.7\.4, status=deferred \(TLS is required/.test(house.server.log()));
  assert.deepEqual(
    said.filter((line) => /^(?:AUTH|MAIL)/.test(line)),
    [],
  );
  assert.deepEqual(house.sink.messages, []);
});

test('[C20] a relay that is down: deferred with its reason, listed, and delivered once it is back', async () => {
  await using house = await openHouse({ address: BY_ALIAS }, (port) => `relayhost = "[relay.test]:${port}"`);
  const { server, sink } = house;
  await sink.close();
  await send(server, 'ana@example.net');
  await until('a deferral', () => /to=<ana@example\.net>.*dsn=4\.4\.1, status=deferred/.test(server.log()));
  const { output } = await valija(server, 'mailq');
  assert.match(
    output,
    /usuario1@valija\.test\n.*\(connect to relay\.test\[.*\]:\d+: Connection refused\)\n.*ana@example\.net/,
  );
  await sink.open();
  assert.equal((await valija(server, 'queue', 'flush')).code, 0);
  await firstMessage(house);
  await until('an empty queue', () => queueIsEmpty(server));
  assert.equal(sink.messages.length, 1);
});
