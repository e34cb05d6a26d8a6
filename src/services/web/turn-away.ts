// What a client hears that may not come in now. RFC 9110 §15.6.4.

import type { Connection } from '#mail/ports/connection.ts';

const RETRY_SECONDS = 60;

export async function turnAwayHttp(connection: Connection, text: string): Promise<void> {
  const body = `${text}\n`;
  const head = [
    'HTTP/1.1 503 Service Unavailable',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Retry-After: ${RETRY_SECONDS}`,
    'Connection: close',
  ];
  await connection.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  await connection.close();
}
