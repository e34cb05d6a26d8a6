// `cidr:` tables: `192.0.2.0/24 result`, `!2001:db8::/32 result`. A key that is no address matches nothing, and an address
// of one family matches no pattern of the other, negated or not. cidr_table(5)

import { isInNetwork, parseIpAddress, parseIpNetwork } from '#base/ip-network.ts';
import { mistakeInEnglish } from '#base/mistakes/mistake.ts';
import { err, ok } from '#base/result.ts';
import { isBlank, trimBlanks } from '#mail/routing/aliases/quoted-text.ts';
import { type PatternLanguage, takeNegation } from './pattern-file.ts';

const NOTHING_TAKEN: readonly string[] = [];

export const cidrPatterns: PatternLanguage<Buffer> = {
  parseKey: parseIpAddress,

  parsePattern(text) {
    const { isNegated, rest: written } = takeNegation(text);
    let end = 0;
    while (end < written.length && !isBlank(written, end)) end++;
    const network = parseIpNetwork(written.slice(0, end));
    if (!network.ok) return err(mistakeInEnglish(network.error));
    const { octets } = network.value;
    // What is negated later must not match here, where the families differ.
    const match = (key: Buffer) => {
      const matches = key.length === octets.length ? isInNetwork(key, network.value) : isNegated;
      return matches ? NOTHING_TAKEN : undefined;
    };
    return ok({ match, isNegated, groups: 0, rest: trimBlanks(written.slice(end)) });
  },

  parseResult: (text) => ok(() => text),
};
