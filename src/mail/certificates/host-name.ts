// Whether a certificate is for a host: RFC 9525 §6.3, a wildcard stands for exactly one label, the first.

/** `names` in lower case, as CertificateFacts has them. */
export function coversHost(names: readonly string[], host: string): boolean {
  const wanted = host.toLowerCase();
  const wildcard = wildcardOf(wanted);
  return names.some((name) => name === wanted || name === wildcard);
}

/** `*.example.org` for `mail.example.org`; none for a name of one label, or of a top-level domain alone. */
export function wildcardOf(host: string): string | undefined {
  const dot = host.indexOf('.');
  return dot > 0 && host.indexOf('.', dot + 1) > 0 ? `*${host.slice(dot)}` : undefined;
}
