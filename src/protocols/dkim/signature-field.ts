// The DKIM-Signature field: its tags, folded into lines, the signature last. RFC 6376 §3.2, §3.5.
//
//   tag-list = tag-spec *( ";" tag-spec ) [ ";" ]
//   sig-h-tag = %x68 [FWS] "=" [FWS] hdr-name *( [FWS] ":" [FWS] hdr-name )

import type { SigningAlgorithm } from './algorithm.ts';

export interface SignatureTags {
  readonly algorithm: SigningAlgorithm;
  /** An A-label name. */
  readonly domain: string;
  readonly selector: string;
  readonly signedAtSeconds: number;
  /** `undefined`: it does not expire. */
  readonly expiresAtSeconds: number | undefined;
  readonly signedNames: readonly string[];
  /** Of the relaxed body. */
  readonly bodyHash: Buffer;
}

const WIDEST_LINE = 76;
const FOLD = '\r\n\t';

/** With an empty `b=` and without the last line end: what is signed along. */
export function formatUnsignedField(tags: SignatureTags): string {
  const { algorithm, domain, selector, signedAtSeconds, expiresAtSeconds, signedNames, bodyHash } = tags;
  const pieces = [
    'DKIM-Signature: v=1; ',
    `a=${algorithm}; `,
    'c=relaxed/relaxed; ',
    `d=${domain}; `,
    `s=${selector}; `,
    `t=${signedAtSeconds}; `,
    ...(expiresAtSeconds === undefined ? [] : [`x=${expiresAtSeconds}; `]),
    'h=',
    ...signedNames.map((name, i) => `${name}${i < signedNames.length - 1 ? ':' : '; '}`),
    `bh=${bodyHash.toString('base64')};`,
  ];
  return foldTags(pieces);
}

/** The whole field, with its line end. */
export function completeField(unsignedField: string, signature: Buffer): string {
  const text = signature.toString('base64');
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += WIDEST_LINE - 4) lines.push(text.slice(at, at + WIDEST_LINE - 4));
  return `${unsignedField}${lines.join(FOLD)}\r\n`;
}

/** A piece is never broken; one that does not fit begins the next line. An empty `b=` stands at the end. */
export function foldTags(pieces: readonly string[]): string {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line !== '' && line.length + piece.trimEnd().length > WIDEST_LINE) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  return [...lines, line.trimEnd(), 'b='].join(FOLD);
}
