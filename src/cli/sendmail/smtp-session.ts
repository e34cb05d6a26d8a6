// `-bs`: SMTP on standard input and output, by carrying the octets to the running server and back.

import { connect } from 'node:net';
import type { Duplex, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EXIT } from '../exit-code.ts';
import { SendmailFailure } from './failure.ts';
import { findConfig } from './maildrop-place.ts';

const EVERYWHERE: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** Resolves when the server has closed. */
export async function carrySmtp(configFile: string | undefined, input: Readable, output: Writable): Promise<void> {
  const listener = findConfig(configFile)?.listen.find(({ service }) => service === 'smtp');
  if (listener === undefined) throw new SendmailFailure(EXIT.configuration, { key: 'sendmail.no-smtp-listener' });
  const host = EVERYWHERE.get(listener.address) ?? listener.address;
  const connection = await connectTo(host, listener.port);
  // Whoever closes its input without QUIT is done, and the server closes then.
  const upwards = pipeline(input, connection);
  await pipeline(connection, output, { end: false });
  input.destroy();
  await upwards.catch(() => undefined);
}

function connectTo(host: string, port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true }, () => resolve(socket));
    socket.once('error', () => {
      reject(
        new SendmailFailure(EXIT.unavailable, { key: 'sendmail.no-smtp', values: { address: `${host}:${port}` } }),
      );
    });
  });
}
