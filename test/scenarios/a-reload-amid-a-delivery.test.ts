// SIGHUP comes whenever certificates are renewed and logs rotated. What is on its way out just then goes on: another server
// that takes its time with a message gets it once.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { startServer, USER1 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { queueIsEmpty } from '../world/valija-command.ts';

/** Another organisation's server: it has all of a message, and says so when it is told to. */
class ThoughtfulServer implements AsyncDisposable {
  readonly subjects: string[] = [];
  /** Messages that bear it are answered at once. */
  readonly quick: string;
  readonly #server = createServer((socket) => this.#talk(socket));
  readonly #sockets = new Set<Socket>();
  readonly #thinking = Promise.withResolvers<void>();

  constructor(quick: string) {
    this.quick = quick;
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  answer(): void {
    this.#thinking.resolve();
  }

  async #talk(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write('220 mx.example.org ESMTP\r\n');
    let subject: string | undefined;
    for await (const line of createInterface(socket)) {
      if (subject === undefined) {
        if (/^DATA/i.test(line)) subject = '';
        socket.write(subject === '' ? '354 Go on\r\n' : '250 Ok\r\n');
      } else if (line !== '.') {
        subject = /^Subject: (.*)/.exec(line)?.[1] ?? subject;
      } else {
        this.subjects.push(subject);
        if (subject !== this.quick) await this.#thinking.promise;
        socket.write('250 2.0.0 Taken\r\n');
        subject = undefined;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

test('a delivery that takes its time goes on through a SIGHUP, and is not made a second time', async () => {
  await using other = new ThoughtfulServer('quick');
  const port = await other.listen();
  const settings = `transport_maps = ["inline:{example.org=smtp:[127.0.0.1]:${port}}"]\nqueue_run_delay = "1s"\n`;
  await using server = await startServer({ settings });
  using talk = await openSmtp(server, 'smtp');
  assert.match(await talk.bring(USER1, ['ana@example.org'], 'Subject: slow\r\n\r\nhola\r\n'), /^250 /);
  await until('the other server has it', () => other.subjects.length === 1);
  const text = readFileSync(server.configFile, 'utf8');
  writeFileSync(server.configFile, text.replace('queue_run_delay = "1s"', 'queue_run_delay = "2s"'));
  process.kill(server.supervisorPid, 'SIGHUP');
  await until('it is reloaded', () => /reloaded --/.test(server.log()));
  assert.match(await talk.bring(USER1, ['bea@example.org'], 'Subject: quick\r\n\r\nhola\r\n'), /^250 /);
  await until('what comes later has left by the new settings', () => other.subjects.includes('quick'));
  // Whatever is due was begun.
  const twoRunsLaterMs = performance.now() + 5_000;
  await until('two runs of the queue', () => performance.now() > twoRunsLaterMs);
  assert.deepEqual(other.subjects, ['slow', 'quick']);
  other.answer();
  await until('nothing waits', () => queueIsEmpty(server));
  assert.deepEqual(other.subjects, ['slow', 'quick']);
  assert.match(server.log(), /to=<ana@example\.org>.*status=sent \(250 2\.0\.0 Taken\)/);
});
