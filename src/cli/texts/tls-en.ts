// `valija tls`, in English.

export const tlsEn = {
  'tls.description': 'certificates: what is served, from where, until when',
  'tls.examples': `Examples:
  valija tls list
  valija tls check                   # connects to every port, as mail programs do
  valija tls renew                   # asks the authorities for all of them, now
  valija tls renew example.org
  valija tls revoke example.org --reason keycompromise`,
  'tls.list': 'list the certificates, when they end, and what went wrong last',
  'tls.renew': 'look at certificate files again, and ask the authorities for new certificates now',
  'tls.renew.examples': `Examples:
  valija tls renew
  valija tls renew example.org
Certificates are renewed by themselves when two thirds of their life are over. Authorities limit how many they issue in a
week: ask by hand only when something was mended.`,
  'tls.revoke': 'have an authority declare a certificate of its own void, and get a new one with a new key',
  'tls.revoke.examples': `Examples:
  valija tls revoke example.org --reason keycompromise
It is for good. Renewals do not need it; a key that others may have does. The new certificate has another key: TLSA records of
the old one are wrong then (valija domain check).`,
  'tls.option.reason': 'why: {reasons}',
  'tls.revoked': '{id}: revoked by {authority}. A new certificate with a new key is asked for: valija tls list',
  'tls.revoke.bad-reason': '«{given}» is no reason; these are: {reasons}',
  'tls.check': 'connect to every port, and tell what mail programs see',
  'tls.check.examples': `Examples:
  valija tls check
  valija tls check --CAfile own-ca.pem    # trusts an authority of your own, too`,
  'tls.argument.id': 'as the first column of «valija tls list» has it',
  'tls.option.ca-file': 'PEM certificates that are trusted besides those of the system',
  'tls.ca-file.unreadable': '{file} cannot be read: is it there, and may you read it?',
  'tls.ca-file.no-certificate': 'there is no certificate in {file} (PEM is expected)',
  'tls.field.certificate': 'Certificate',
  'tls.field.names': 'Names',
  'tls.field.issuer': 'Issuer',
  'tls.field.source': 'From',
  'tls.field.days': 'Days',
  'tls.field.renewal': 'Renewal',
  'tls.field.port': 'Port',
  'tls.field.service': 'Service',
  'tls.field.name': 'Name',
  'tls.field.protocol': 'Protocol',
  'tls.field.verdict': 'Verdict',
  'tls.source.file': 'file',
  'tls.source.acme': 'ACME',
  'tls.source.self-signed': 'self-signed',
  'tls.default': '{id} (default)',
  'tls.none-yet': 'none yet',
  'tls.renewal.now': 'now',
  'tls.renewal.by-others': 'by others',
  'tls.renewal.asking': 'being asked for',
  'tls.self-signed-hint':
    'The default certificate is self-signed: mail programs warn of it. Name files with smtpd_tls_cert_file, or an [[acme]] authority, in valija.toml.',
  'tls.failure': '{id}: {at}, {count} in a row: {text}',
  'tls.partial': '{id}: {at}: {text}',
  'tls.advice.connection':
    'The authority could not connect: port 80 (443 for tls-alpn-01) must be open from outside, and «listen» must have http (https).',
  'tls.advice.unauthorized': 'Somebody else answers there: another web server on that port, or a proxy before it.',
  'tls.advice.dns': 'The authority does not find the name in the DNS, or its DNSSEC is broken: valija domain check',
  'tls.advice.caa': 'A CAA record of the domain allows other authorities only: add this one, or take it away.',
  'tls.advice.rateLimited': 'The authority has had enough of this name for now; it is tried again by itself.',
  'tls.advice.rejectedIdentifier': 'The authority issues nothing for this name.',
  'tls.advice.tls': 'The port of https does not answer by TLS: what is listening there?',
  'tls.advice.files': 'Mend the files; they are looked at every minute. The certificate before stays in use.',
  'tls.advice.other': 'It is tried again by itself; the log has the details: valija log tail',
  'tls.skipped.title': 'Not asked for:',
  'tls.skipped.elsewhere':
    '{name}: it leads to {address}, which is not this server (proxy_interfaces names outer addresses)',
  'tls.skipped.dns-failed': '{name}: the DNS does not answer',
  'tls.skipped.no-such-name': '{name}: it has no address in the DNS',
  'tls.renewing': 'Asking for: {ids}',
  'tls.nothing-to-ask':
    'The files were looked at. No certificate is asked of an authority here: valija.toml has no [[acme]].',
  'tls.renewed': '{id}: issued by {issuer}, valid until {until}',
  'tls.nothing-came': '{id}: nothing came of it; the log says why: valija log tail',
  'tls.nothing-leads-here': '{id}: none of its names leads here, so nothing was asked for',
  'tls.check.good': 'good',
  'tls.check.unseen': 'no TLS: {reason}',
  'tls.check.distrust.DEPTH_ZERO_SELF_SIGNED_CERT': 'self-signed: programs warn of it',
  'tls.check.distrust.SELF_SIGNED_CERT_IN_CHAIN': 'of an authority that nobody knows',
  'tls.check.distrust.UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    'the certificate of its issuer is missing in the file: use fullchain.pem',
  'tls.check.distrust.UNABLE_TO_GET_ISSUER_CERT_LOCALLY': 'of an authority that is not trusted here',
  'tls.check.distrust.CERT_HAS_EXPIRED': 'it has expired',
  'tls.check.distrust.CERT_NOT_YET_VALID': 'it is not valid yet: is the clock right?',
  'tls.check.distrust.ERR_TLS_CERT_ALTNAME_INVALID': 'it is not for this name',
  'tls.check.distrust.other': 'not trusted: {code}',
  'tls.check.no-ports': 'No listener has TLS.',
  'tls.check.summary.good': 'All good: {count} looks.',
  'tls.check.summary.bad': '{bad} of {count} looks found something wrong.',
} as const;
