// A certificate that is ready to be shown. RFC 8996 §2: TLS 1.2 is the least. Its ciphers are those with forward secrecy and
// authenticated encryption, which every client of the last ten years has.

import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { CheckedPair } from './checked-pair.ts';
import type { TicketKeys } from './ticket-keys.ts';

/**
 * RFC 9325 §4.2: 128 bits come first. All of a handshake's secrets are derived with the cipher's hash, and processors have
 * instructions for SHA-256: a resumed handshake costs a tenth less.
 */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** Tickets are good on all ports of this server, and nowhere else. */
const SESSION_CONTEXT = 'valija';

export class HeldCertificate {
  readonly pair: CheckedPair;
  readonly #ticketKeys: TicketKeys;
  #keys: Buffer | undefined;
  #context: SecureContext | undefined;

  constructor(pair: CheckedPair, ticketKeys: TicketKeys) {
    this.pair = pair;
    this.#ticketKeys = ticketKeys;
  }

  /** Made when it is first asked for, and anew with each day's keys of tickets. */
  context(): SecureContext {
    const ticketKeys = this.#ticketKeys.current();
    if (this.#context === undefined || this.#keys !== ticketKeys) {
      const { certificate, secretKey } = this.pair;
      this.#keys = ticketKeys;
      this.#context = createSecureContext({
        cert: certificate,
        key: secretKey,
        minVersion: 'TLSv1.2',
        ciphers: CIPHERS,
        honorCipherOrder: true,
        // A handshake costs us more than the client: one on each connection is enough. RFC 9325 §3.5.
        secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
        sessionIdContext: SESSION_CONTEXT,
        ticketKeys,
      });
    }
    return this.#context;
  }
}
