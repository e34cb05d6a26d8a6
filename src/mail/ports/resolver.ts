// The DNS, with what mail must know of an answer: whether it is final, how long it holds, whether it was proven (AD bit).
// CNAMEs are followed. A question that could not be answered is a value, never «there is nothing». RFC 1034, RFC 2308.

export interface MxRecord {
  readonly preference: number;
  /** Without the final dot; `` (the root) is the null MX of RFC 7505. */
  readonly exchange: string;
}

export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

export interface TlsaRecord {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  readonly data: Buffer;
}

export interface CaaRecord {
  readonly critical: boolean;
  readonly tag: string;
  readonly value: string;
}

/** What a record of each type reads as. */
export interface DnsRecords {
  readonly A: string;
  readonly AAAA: string;
  readonly MX: MxRecord;
  /** The strings of one record, joined. */
  readonly TXT: string;
  readonly PTR: string;
  readonly NS: string;
  /** Where it leads, one step; questions of other types follow all steps. */
  readonly CNAME: string;
  readonly SRV: SrvRecord;
  readonly TLSA: TlsaRecord;
  readonly CAA: CaaRecord;
}

export type DnsType = keyof DnsRecords;

export type DnsAnswer<Type extends DnsType> =
  | {
      readonly kind: 'found';
      /** At least one, in the order of the answer. */
      readonly records: readonly DnsRecords[Type][];
      /** The name that bears them, after CNAMEs. */
      readonly canonicalName: string;
      readonly ttlSeconds: number;
      /** The validating resolver that was asked says so. */
      readonly isAuthenticated: boolean;
    }
  /** NXDOMAIN: the name does not exist. */
  | { readonly kind: 'no-such-name'; readonly isAuthenticated: boolean }
  /** The name exists and has no record of this type. */
  | { readonly kind: 'no-data'; readonly isAuthenticated: boolean }
  /** Temporary: ask again later. */
  | { readonly kind: 'failed'; readonly reason: 'timeout' | 'servfail' | 'refused' | 'malformed' | 'unreachable' };

export interface Resolver {
  resolve<Type extends DnsType>(name: string, type: Type): Promise<DnsAnswer<Type>>;
}
