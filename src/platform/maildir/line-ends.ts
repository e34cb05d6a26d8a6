// Files of other programs have LF line ends; IMAP and POP3 send CRLF (RFC 5322 §2.1).

const LF = 10;
const CR = 13;

export function hasOnlyCrlf(octets: Buffer): boolean {
  for (let at = octets.indexOf(LF); at >= 0; at = octets.indexOf(LF, at + 1)) {
    if (at === 0 || octets[at - 1] !== CR) return false;
  }
  return true;
}

/** Every LF without a CR before it gets one; all else stays. */
export function withCrlf(octets: Buffer): Buffer {
  const bare = countBareLineFeeds(octets);
  if (bare === 0) return octets;
  const result = Buffer.allocUnsafe(octets.length + bare);
  let to = 0;
  let from = 0;
  for (let at = octets.indexOf(LF); at >= 0; at = octets.indexOf(LF, at + 1)) {
    if (at > 0 && octets[at - 1] === CR) continue;
    to += octets.copy(result, to, from, at);
    result[to++] = CR;
    from = at;
  }
  octets.copy(result, to, from);
  return result;
}

function countBareLineFeeds(octets: Buffer): number {
  let bare = 0;
  for (let at = octets.indexOf(LF); at >= 0; at = octets.indexOf(LF, at + 1)) {
    if (at === 0 || octets[at - 1] !== CR) bare++;
  }
  return bare;
}
