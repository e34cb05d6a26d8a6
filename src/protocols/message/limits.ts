// How much of a message is looked at. What goes beyond is kept as it came and delivered, only not described in detail.

export interface MessageLimits {
  /** Parts of all depths, the message itself included. */
  readonly maxParts: number;
  /** How deep parts may stand in one another. */
  readonly maxDepth: number;
  /** Octets of one header that are read as fields. */
  readonly maxHeaderBytes: number;
  /** The same for all headers of a message together. */
  readonly maxAllHeadersBytes: number;
  readonly maxHeaderFields: number;
}

/** Parts and depth as Dovecot has them. */
export const MESSAGE_LIMITS: MessageLimits = {
  maxParts: 10_000,
  maxDepth: 100,
  maxHeaderBytes: 1_048_576,
  maxAllHeadersBytes: 8_388_608,
  maxHeaderFields: 10_000,
};

/** Addresses, and groups, of one header field. */
export const MAX_ADDRESSES = 10_000;

/** Parameters of one field, continuations counted singly. RFC 2231 §3. */
export const MAX_PARAMETERS = 10_000;

/** RFC 2046 §5.1.1 allows 70; longer ones are seen in the wild. */
export const MAX_BOUNDARY_BYTES = 250;
