import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryContent } from '../../../test/world/content.ts';
import { openDowngraded } from './downgraded-content.ts';
import { OutgoingContent } from './outgoing-content.ts';

test('[C73] what stands around the parts of a large message is sent in ASCII, too', async () => {
  // Larger than what is read at once: an octet of a letter lies on each side of where the pieces meet.
  const preamble = 'ma\u00f1ana\r\n'.repeat(20_000);
  const part = 'hola\r\n'.repeat(1_000);
  const message = `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${preamble}--b\r\n\r\n${part}--b--\r\nm\u00e1s\r\n`;
  const downgraded = await openDowngraded(await OutgoingContent.open(memoryContent(Buffer.from(message))));
  const sent: Buffer[] = [];
  for await (const piece of downgraded?.pieces() ?? []) sent.push(piece);
  assert.equal(Buffer.concat(sent).toString(), message.replaceAll('\u00f1', '??').replace('\u00e1', '??'));
  assert.equal(downgraded?.sizeBytes, Buffer.byteLength(message), 'for SIZE');
});
