// What ties a login to the TLS connection that it came over, so that nobody in between can pass it on. RFC 5056 §2.1.
// Whoever holds the connection knows the octets; a mechanism only asks for them by the name of their type.

/** RFC 9266 §2, RFC 5929 §3 and §4. */
export const CHANNEL_BINDING_TYPES = ['tls-exporter', 'tls-server-end-point', 'tls-unique'] as const;
export type ChannelBindingType = (typeof CHANNEL_BINDING_TYPES)[number];

/** `undefined` where this connection has no binding of that type. */
export type FindChannelBinding = (type: ChannelBindingType) => Buffer | undefined;

/** Names of bindings are the client's words: most are of no type that we know. */
export function findChannelBinding(name: string, find: FindChannelBinding): Buffer | undefined {
  const type = CHANNEL_BINDING_TYPES.find((known) => known === name);
  return type === undefined ? undefined : find(type);
}
