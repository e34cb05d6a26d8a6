// What we use of mailauth, which describes its inner modules too loosely or not at all. They are loaded one by one: the
// package's main module brings BIMI with it, and an HTTP client. Its answers are read as this says and nowhere else.

declare module 'mailauth/lib/dkim/dkim-verifier.js' {
  import type { Writable } from 'node:stream';
  import type { MailauthResolver } from 'mailauth/lib/spf/spf-verify.js';

  export interface SignatureHeader {
    type: 'DKIM' | 'ARC';
    /** A reason not to look at it at all. */
    skip?: string;
  }

  export interface SignatureResult {
    readonly signingDomain?: string;
    readonly selector?: string;
    readonly algo?: string;
    readonly status: {
      readonly result: string;
      readonly comment?: string | false;
      readonly header?: { readonly i?: string | false; readonly b?: string | false };
      readonly policy?: Readonly<Record<string, string>>;
      /** Octets of the body that `l=` leaves out. */
      readonly underSized?: number;
    };
  }

  interface TagValue {
    readonly value?: unknown;
  }

  export interface ArcChainEntry {
    readonly 'arc-seal'?: { readonly parsed?: { readonly d?: TagValue } };
    readonly 'arc-authentication-results'?: {
      readonly parsed?: { readonly dmarc?: TagValue & { readonly header?: { readonly from?: unknown } } };
    };
  }

  export interface ArcData {
    readonly chain: readonly ArcChainEntry[] | false;
  }

  export class DkimVerifier extends Writable {
    constructor(options: { resolver: MailauthResolver; minBitLength: number; strict: boolean; sender?: string });
    /** False until they are all there. */
    readonly headers: object | false;
    readonly bodyHashes: ReadonlyMap<string, unknown>;
    readonly results: readonly SignatureResult[];
    readonly headerFrom: readonly string[];
    readonly fromFields: number;
    readonly arc: ArcData;
    prepareSignature(signature: SignatureHeader): void;
  }
}

declare module 'mailauth/lib/spf/spf-verify.js' {
  export type MailauthResolver = (name: string, type: string) => Promise<unknown[]>;

  export type SpfOutcome =
    | {
        readonly qualifier: string;
        readonly type?: string;
        readonly val?: string;
        readonly explanation?: string;
      }
    | { readonly error: string; readonly text?: string };

  export function spfVerify(
    domain: string,
    options: {
      sender: string;
      ip: string;
      helo: string;
      mta: string;
      strict: boolean;
      resolver: MailauthResolver;
      expResolver: MailauthResolver;
      createSubResolver(options?: { ignoreVoid?: boolean }): MailauthResolver;
    },
  ): Promise<SpfOutcome | false>;
}

declare module 'mailauth/lib/dmarc/index.js' {
  import type { MailauthResolver } from 'mailauth/lib/spf/spf-verify.js';

  export interface DmarcResponse {
    readonly status: { readonly result: string; readonly header: { readonly from: string } };
    readonly policyDomain?: string;
    readonly policy?: string;
    readonly testMode?: boolean;
    readonly rr?: string;
    readonly alignment?: {
      readonly spf: { readonly result?: string };
      /** The signature itself, as it was handed in. */
      readonly dkim: { readonly result?: string };
    };
    readonly error?: string;
  }

  export function evaluateDmarc(options: {
    headerFrom: readonly string[];
    fromFields: number;
    spfDomains: readonly string[];
    dkimDomains: readonly { domain: string }[];
    resolver: MailauthResolver;
    strict: boolean;
  }): Promise<{
    readonly response: DmarcResponse | false;
    readonly reason?: string;
    readonly authorDomains?: readonly string[];
    readonly dkimAligned?: ReadonlySet<string>;
  }>;
}

declare module 'mailauth/lib/arc/index.js' {
  import type { ArcData } from 'mailauth/lib/dkim/dkim-verifier.js';
  import type { MailauthResolver } from 'mailauth/lib/spf/spf-verify.js';

  export function arc(
    data: ArcData,
    options: { resolver: MailauthResolver; minBitLength: number; strict: boolean },
  ): Promise<{ readonly status: { readonly result: string; readonly comment?: string } }>;
}
