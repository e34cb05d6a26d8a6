// Two servers: the edge takes mail for a domain that lives on the inner one, and asks it who is there before it says yes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../world/free-port.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { PASSWORD, type RunningServer, type ServerOptions, startServer } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until, untilLogged } from '../world/until.ts';

const ANA = { address: 'ana@aula.test', password: PASSWORD };
const BEA = { address: 'bea@aula.test', password: PASSWORD };

function innerOptions(port: number): ServerOptions {
  return { settings: `[[listen]]\nservice = "smtp"\nport = ${port}\n`, accounts: [ANA, BEA] };
}

function edgeOptions(innerPort: number, more = ''): ServerOptions {
  return {
    settings: `relay_domains = ["aula.test"]
      transport_maps = ["inline:{aula.test=smtp:[127.0.0.1]:${innerPort}}"]
      mynetworks = []
      minimal_backoff_time = "1s"
      maximal_backoff_time = "1s"
      smtpd_hard_error_limit = 1000
      ${more}`,
  };
}

/** What the edge says to RCPT. */
async function rcpt(edge: RunningServer, address: string): Promise<string> {
  using talk = await openSmtp(edge, 'smtp');
  await talk.say('MAIL FROM:<eva@example.org>');
  return await talk.say(`RCPT TO:<${address}>`);
}

async function bring(edge: RunningServer, address: string, subject: string): Promise<string> {
  using talk = await openSmtp(edge, 'smtp');
  return await talk.bring('eva@example.org', [address], `Subject: ${subject}\r\n\r\nhola\r\n`);
}

const subjectsOf = async (server: RunningServer, login: typeof ANA) =>
  (await readMailbox(server, login)).messages.map(({ text }) => /^Subject: (.*)\r$/m.exec(text)?.[1]);

test('[C29] unknown recipients are refused at the edge, known ones go to the inner server', async () => {
  await using inner = await startServer({ accounts: [ANA] });
  await using edge = await startServer(edgeOptions(inner.ports.smtp, 'unverified_recipient_reject_code = 550'));
  assert.match(await bring(edge, 'ana@aula.test', 'por el borde'), /^250 /);
  const refused = await rcpt(edge, 'nadie@aula.test');
  assert.match(
    refused,
    /^550 5\.1\.1 <nadie@aula\.test>: Recipient address rejected: undeliverable address: host 127\.0\.0\.1\[127\.0\.0\.1\] said: 550 5\.1\.1 /,
  );
  assert.equal(await rcpt(edge, 'nadie@aula.test'), refused);
  assert.match(await rcpt(edge, 'nadie@otra.test'), /^554 5\.7\.1 /, 'nobody is asked about what is not ours to relay');
  await until('the message', async () => (await subjectsOf(inner, ANA)).includes('por el borde'));
  const log = await untilLogged(inner, /from=<double-bounce@mail\.valija\.test> to=<nadie@aula\.test>/);
  const questions = log.match(/reject: RCPT from .*to=<nadie@aula\.test>/g);
  assert.equal(questions?.length, 1, 'the answer was kept');
});

test('[C29] the inner server is down: who is known is accepted and queued, who is not is put off', async () => {
  const port = await freePort();
  await using inner = await startServer(innerOptions(port));
  let edge = await startServer(edgeOptions(port));
  const { state } = edge;
  assert.match(await rcpt(edge, 'ana@aula.test'), /^250 /);
  assert.match(await rcpt(edge, 'nadie@aula.test'), /^450 4\.1\.1 .*undeliverable address/, 'softly, as Postfix does');
  await inner.stop();
  await edge.stop();
  edge = await startServer({ state, ...edgeOptions(port) });
  await using _edge = edge;
  assert.match(await bring(edge, 'ana@aula.test', 'espera'), /^250 /, 'what was known outlives a restart');
  assert.match(
    await rcpt(edge, 'bea@aula.test'),
    /^450 4\.1\.1 <bea@aula\.test>: Recipient address rejected: unverified address: connect to .*refused/,
  );
  await using again = await startServer({ state: inner.state, ...innerOptions(port) });
  await until('the message', async () => (await subjectsOf(again, ANA)).includes('espera'));
});

test('[C29] off, all are taken: who is unknown bounces', async () => {
  await using inner = await startServer({ accounts: [ANA] });
  await using edge = await startServer(
    edgeOptions(inner.ports.smtp, 'relay_recipient_verification = false\naccept_danger = ["backscatter"]'),
  );
  assert.match(await rcpt(edge, 'nadie@aula.test'), /^250 /);
  assert.doesNotMatch(inner.log(), /nadie@aula\.test/);
});
