// Port 25, with everything that may be asked of strangers: they wait for the greeting, stand on a block list or not, a policy
// service is asked about them, and whoever comes for the first time comes again.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openDns, type TestDns } from '../world/dns.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { type GivenPolicyService, givenPolicyService, type PolicyAnswer } from '../world/policy-service.ts';
import { ONLY_STRANGERS, PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { connectSocket } from '../world/socket-client.ts';
import { until } from '../world/until.ts';

const LISTED = '127.0.0.8';
const STRANGER = '127.0.0.9';
const RUDE = '127.0.0.10';
const SENDER = 'ana@example.org';

const ZONES = {
  'bl.example': '8.0.0.127 A 127.0.0.2\n8.0.0.127 TXT "see bl.example/8"',
  '0.0.127.in-addr.arpa': '9 PTR correo.example.\n8 PTR correo.example.',
  'correo.example': '@ A 127.0.0.9',
  'example.org': '@ A 192.0.2.1',
};

const letter = (subject: string) => `From: ${SENDER}\r\nTo: ${USER1}\r\nSubject: ${subject}\r\n\r\nHola.\r\n`;

describe('[C35][C37] what strangers are asked on port 25', () => {
  let dns: TestDns;
  let policy: GivenPolicyService;
  let server: RunningServer;
  let says: PolicyAnswer = 'DUNNO';

  before(async () => {
    dns = await openDns({ zones: ZONES });
    policy = await givenPolicyService(() => says);
    const settings = `
resolver_addresses = ["127.0.0.1:${dns.server.port}"]
sender_authentication = false
smtpd_recipient_restrictions = [
  "reject_rbl_client bl.example",
  "check_policy_service { ${policy.name}, policy_context=puerta, timeout=2s }",
  "check_greylist",
]
smtpd_policy_service_retry_delay = "0s"
greylist_delay = "2s"
postscreen_greet_wait = "1s"
`;
    server = await startServer({ settings: settings + ONLY_STRANGERS });
  });

  after(async () => {
    await server[Symbol.asyncDispose]();
    await policy[Symbol.asyncDispose]();
    await dns[Symbol.asyncDispose]();
  });

  /** The reply to what was said last. */
  async function bring(from: string, subject: string): Promise<string> {
    using talk = await openSmtp(server, 'smtp', undefined, from);
    const said = await talk.bring(SENDER, [USER1], letter(subject));
    await talk.say('QUIT');
    return said;
  }

  const logged = (line: RegExp) => until(String(line), () => line.test(server.log()));

  test('who talks before the greeting is refused, and it is logged', async () => {
    const stream = await connectSocket({ port: server.ports.smtp, localAddress: RUDE });
    assert.match((await stream.readLine(20_000)) ?? '', /^220-mail\.valija\.test ESMTP/);
    stream.send('EHLO spam.example\r\n');
    assert.match((await stream.readLine(20_000)) ?? '', /^550 5\.5\.1 Protocol error/);
    stream.close();
    await logged(/postscreen\S* PREGREET 19 after \d\.\d\d from \[127\.0\.0\.10\]:\d+: EHLO spam\.example\\r\\n/);
  });

  test('who stands on a block list is refused with its reason', async () => {
    const said = await bring(LISTED, 'no entra');
    assert.match(said, /^554 5\.7\.1 .*Client host \[127\.0\.0\.8\] blocked using bl\.example; see bl\.example\/8/);
    assert.equal(policy.questions.length, 0, 'nobody is asked once it is decided');
  });

  test('who comes for the first time comes again; the policy service knew its name', async () => {
    assert.match(await bring(STRANGER, 'demasiado pronto'), /^450 4\.2\.0 .*Greylisted/);
    const [told] = policy.questions;
    assert.equal(told?.get('client_name'), 'correo.example');
    assert.equal(told?.get('policy_context'), 'puerta');
    assert.equal(told?.get('protocol_state'), 'RCPT');
    await logged(/action=greylist, reason=2s missing, client_name=correo\.example/);
    await delay(2_100);
    assert.match(await bring(STRANGER, 'la segunda vez'), /^250 /);
    const { messages } = await readMailbox(server, { address: USER1, password: PASSWORD });
    assert.match(messages[0]?.text ?? '', /Received: from client\.example \(correo\.example \[127\.0\.0\.9\]\)/);
    await logged(/client=correo\.example\[127\.0\.0\.9\]/);
    assert.equal(policy.connections.total, 1);
  });

  test('what the policy service says is said, and one that hangs is a server configuration problem', async () => {
    says = 'REJECT no te conocemos';
    assert.match(await bring(STRANGER, 'rechazada'), /^554 5\.7\.1 .*no te conocemos/);
    says = undefined;
    assert.match(await bring(STRANGER, 'después'), /^451 4\.3\.5 .*Server configuration problem/);
    await logged(/problem talking to server inet:127\.0\.0\.1:\d+: Connection timed out/);
    says = 'DUNNO';
    assert.match(await bring(STRANGER, 'otra vez'), /^250 /);
  });
});
