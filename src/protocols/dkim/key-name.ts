// Which key a DKIM-Signature was made with, by its tags d= and s=. RFC 6376 §3.2, §3.5.
//
//   tag-list = tag-spec *( ";" tag-spec ) [ ";" ] ; tag-spec = [FWS] tag-name [FWS] "=" [FWS] tag-value [FWS]

/** In lower case; `undefined` where one of them is missing. */
export function readKeyName(value: string): { readonly domain: string; readonly selector: string } | undefined {
  const tags = new Map<string, string>();
  for (const spec of value.split(';')) {
    const equals = spec.indexOf('=');
    if (equals > 0)
      tags.set(
        spec.slice(0, equals).trim(),
        spec
          .slice(equals + 1)
          .trim()
          .toLowerCase(),
      );
  }
  const domain = tags.get('d');
  const selector = tags.get('s');
  return domain && selector ? { domain, selector } : undefined;
}
