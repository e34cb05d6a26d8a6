// A stranger's message that every check finds good: signed by its domain, from an address that the domain names, on no list.
// And the records by which anybody finds that out.

import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth';
import { formatZoneLine } from '#protocols/dkim/key-record.ts';

export const STRANGERS_ADDRESS = '198.51.100.9';
export const BLOCK_LISTS = ['lista-a.example', 'lista-b.example'];
const DOMAIN = 'remitente.example';
export const STRANGER = `ana@${DOMAIN}`;

export interface StrangerLetter {
  /** As DATA brings it, with its final dot. */
  readonly octets: Buffer;
  readonly records: readonly string[];
}

export async function makeStrangerLetter(sizeBytes: number): Promise<StrangerLetter> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const head = [
    `From: Ana <${STRANGER}>`,
    'To: usuario@bench.test',
    'Subject: a message of the benchmark',
    'Date: Sat, 21 Nov 2026 10:00:00 +0000',
    `Message-ID: <bench@${DOMAIN}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    '\r\n',
  ].join('\r\n');
  const line = 'abcdefghij klmnopqrst uvwxyzabcd efghijklmn opqrstuvwx yz01234567 89\r\n';
  const message = head + line.repeat(Math.ceil((sizeBytes - head.length) / line.length));
  const signing = {
    signingDomain: DOMAIN,
    selector: 's1',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    algorithm: 'rsa-sha256',
  };
  const { signatures, errors } = await dkimSign(message, { ...signing, signatureData: [signing] });
  if (errors.length > 0) throw new Error(`signing: ${JSON.stringify(errors)}`);
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const [a = '', b = '', c = '', d = ''] = STRANGERS_ADDRESS.split('.');
  return {
    octets: Buffer.from(`${signatures}${message}.\r\n`),
    records: [
      `${DOMAIN}. IN TXT "v=spf1 mx ip4:203.0.113.0/24 -all"`,
      `${DOMAIN}. IN MX 10 mx.${DOMAIN}.`,
      `mx.${DOMAIN}. IN A ${STRANGERS_ADDRESS}`,
      `${d}.${c}.${b}.${a}.in-addr.arpa. IN PTR mx.${DOMAIN}.`,
      `_dmarc.${DOMAIN}. IN TXT "v=DMARC1; p=reject"`,
      formatZoneLine({ domain: DOMAIN, selector: 's1', algorithm: 'rsa-sha256', publicKey: key }),
      // The lists are there, and name somebody else.
      ...BLOCK_LISTS.map((list) => `7.${c}.${b}.${a}.${list}. IN A 127.0.0.2`),
    ],
  };
}
