// What a TLS connection of ours, as its server, gives to bind a login to it. RFC 9266, RFC 5929.

import { createHash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { unreachable } from '#base/unreachable.ts';
import type { ChannelBindingType } from '#protocols/sasl/channel-binding.ts';

const EXPORTER_LABEL = 'EXPORTER-Channel-Binding';
const EXPORTER_OCTETS = 32;

/** `undefined` where this version of TLS, or this certificate, has no binding of that type. */
export function serverChannelBinding(socket: TLSSocket, type: ChannelBindingType): Buffer | undefined {
  const isTls13 = socket.getProtocol() === 'TLSv1.3';
  switch (type) {
    case 'tls-exporter':
      // RFC 9266 §3: with TLS 1.2 it is safe only under an extension of which Node tells nothing.
      return isTls13 ? socket.exportKeyingMaterial(EXPORTER_OCTETS, EXPORTER_LABEL, Buffer.alloc(0)) : undefined;
    case 'tls-unique':
      return isTls13 ? undefined : firstFinished(socket);
    case 'tls-server-end-point':
      return certificateHash(socket.getX509Certificate());
    default:
      return unreachable(type);
  }
}

/** RFC 5929 §3.1: the client's in a full handshake, the server's where a session is taken up again. */
function firstFinished(socket: TLSSocket): Buffer | undefined {
  return socket.isSessionReused() ? socket.getFinished() : socket.getPeerFinished();
}

/** RFC 5929 §4.1: by the signature's own hash, which for MD5 and SHA-1 is SHA-256; a signature without one has no binding. */
function certificateHash(certificate: X509Certificate | undefined): Buffer | undefined {
  const [hash] = /md5|sha(?:224|256|384|512|1)/.exec(certificate?.signatureAlgorithm?.toLowerCase() ?? '') ?? [];
  if (certificate === undefined || hash === undefined) return undefined;
  const isWeak = hash === 'md5' || hash === 'sha1';
  return createHash(isWeak ? 'sha256' : hash)
    .update(certificate.raw)
    .digest();
}
