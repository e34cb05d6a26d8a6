// The messages that the interop tests send.

import { USER1, USER2 } from '../world/running-server.ts';

export function plainMessage(subject: string, body = 'Hola.\r\n'): string {
  const head = [
    `From: Usuario Uno <${USER1}>`,
    `To: <${USER2}>`,
    `Subject: ${subject}`,
    'Date: Sat, 21 Nov 2026 10:00:00 +0000',
    `Message-ID: <${subject.replace(/\W+/g, '-')}@valija.test>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
