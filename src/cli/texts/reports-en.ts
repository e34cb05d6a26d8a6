// English: `valija reports`.

export const reportsEn = {
  'reports.description': "what others report about mail in your domains' names, and about TLS towards you",
  'reports.examples': `Examples:
  valija reports
  valija reports example.org --since 7d
  valija reports list example.org
  valija reports show 12
Reports come to the addresses in report_recipients; what DMARC does not prove is shown, and not counted.`,
  'reports.list': 'list the reports that came',
  'reports.list.examples': `Examples:
  valija reports list
  valija reports list example.org --since 7d --limit 100`,
  'reports.show': 'show all that one report says',
  'reports.show.examples': `Example:
  valija reports show 12`,
  'reports.sent': 'list the DMARC reports that were sent to other domains',
  'reports.sent.examples': `Example:
  valija reports sent --since yesterday`,
  'reports.send': 'send the DMARC reports of past days that still wait',
  'reports.send.examples': `Examples:
  valija reports send
  valija reports send --now     # today's, too, as far as it has come`,
  'reports.argument.domain': 'one of your domains',
  'reports.argument.other-domain': 'the domain that was reported about',
  'reports.argument.id': 'the number of a report, as «valija reports list» shows it',
  'reports.option.since': 'only what was reported since then (default: 30d)',
  'reports.option.limit': 'how many senders or reports at most (default: 20)',
  'reports.option.now': "today's reports, too, before the day is over",
  'reports.none': 'No reports. They come to the addresses in report_recipients, once the DNS says so (rua=mailto:…).',
  'reports.none-about':
    'there are no reports about {domain} since then; they come once its DMARC record says rua=mailto:… (valija reports list)',
  'reports.unreadable':
    'reports cannot be read from {file}: {reason}; a server that starts sets it aside and begins anew',
  'reports.not-found': 'there is no report {id}; see: valija reports list',
  'reports.sent.none': 'No DMARC reports were sent since then.',
  'reports.send.nothing': 'There was nothing to send.',
  'reports.send.goes-on': 'Reports are still being sent. What becomes of them: valija reports sent',
  'reports.send.no-server': 'no server runs: only a server can send reports',
  'reports.next': 'Who sends, and what to do about it: valija reports DOMAIN',
  'reports.heading': '{domain}. Reports that count: {reports} ({reporters}).',
  'reports.unverified':
    'Reports that are not counted, for DMARC does not prove who sent them: {count}. See: valija reports list {domain}',
  'reports.more': 'Senders that are not shown: {count} (--limit)',
  'reports.others': 'all others',
  'reports.policy': 'Your policy is p={policy}.',
  'reports.policy.wait': 'There is too little mail in the reports to advise another one.',
  'reports.policy.find-senders':
    'Leave it: some of your own senders fail yet. Mend them first, as said above, then make it stricter.',
  'reports.policy.to-quarantine':
    'Nearly all that your own senders send passes: p=quarantine is safe now, and p=reject after it.',
  'reports.policy.to-reject': 'Nearly all that your own senders send passes: p=reject is safe now.',
  'reports.policy.strict': 'It is as strict as can be, and your own senders pass.',
  'reports.tls': 'TLS towards {domain}: {sessions} sessions, {failed} failed.',
  'reports.tls.policy': '{domain}, policy {type}: {sessions} sessions, {failed} failed.',
  'reports.tls.starttls-not-supported': 'your server offered no STARTTLS, or somebody on the way took it out',
  'reports.tls.certificate-host-mismatch': 'the certificate is for other names than the MX has',
  'reports.tls.certificate-expired': 'the certificate had expired',
  'reports.tls.certificate-not-trusted': 'the certificate is of a CA that they do not trust',
  'reports.tls.validation-failure': 'TLS failed in another way; the report may say how',
  'reports.tls.tlsa-invalid': 'the TLSA record does not fit the certificate',
  'reports.tls.dnssec-invalid': 'the signatures of your DNS zone are broken',
  'reports.tls.dane-required': 'they ask for DANE, and there is no TLSA record',
  'reports.tls.sts-policy-fetch-error': 'https://mta-sts.…/.well-known/mta-sts.txt could not be fetched',
  'reports.tls.sts-policy-invalid': 'the MTA-STS policy cannot be read',
  'reports.tls.sts-webpki-invalid': 'the certificate of the mta-sts host is not valid',
  'reports.field.domain': 'Domain',
  'reports.field.reports': 'Reports',
  'reports.field.messages': 'Messages',
  'reports.field.pass': 'Pass',
  'reports.field.fail': 'Fail',
  'reports.field.policy': 'Policy',
  'reports.field.tls-sessions': 'TLS sessions',
  'reports.field.tls-failed': 'TLS failed',
  'reports.field.sender': 'Sender',
  'reports.field.dkim': 'DKIM',
  'reports.field.spf': 'SPF',
  'reports.field.addresses': 'Addresses',
  'reports.field.address': 'Address',
  'reports.field.found': 'Finding',
  'reports.field.tls-failure': 'Failure',
  'reports.field.receiver': 'Your server',
  'reports.field.sessions': 'Sessions',
  'reports.field.meaning': 'Meaning',
  'reports.field.id': 'Id',
  'reports.field.kind': 'Kind',
  'reports.field.reporter': 'Reporter',
  'reports.field.report-id': 'Report-ID',
  'reports.field.begin': 'From',
  'reports.field.end': 'Until',
  'reports.field.total': 'Total',
  'reports.field.proof': 'Proof',
  'reports.field.message': 'Message',
  'reports.field.disposition': 'Disposition',
  'reports.field.from': 'Author',
  'reports.field.reason': 'Reason',
  'reports.field.error': 'Error',
  'reports.field.when': 'When',
  'reports.field.to': 'To',
  'reports.field.outcome': 'Outcome',
  'reports.kind.aggregate': 'DMARC',
  'reports.kind.tls': 'TLS',
  'reports.proof.none': 'unverified',
  'reports.proof.own': 'this server',
  'reports.proof.dmarc': 'DMARC: {author}',
  'reports.outcome.sent': 'sent',
  'reports.outcome.refused': 'not sent: that domain did not agree to get them',
  'reports.outcome.too-large': 'not sent: larger than they take',
  'reports.outcome.given-up': 'given up',
  'reports.outcome.waiting': 'not yet: it is tried again in an hour; the log says why',
  'reports.found.fine': 'fine',
  'reports.found.dkim-only': 'passes by DKIM alone',
  'reports.found.spf-only': 'passes by SPF alone',
  'reports.found.forwarded': 'forwarded',
  'reports.found.altered': 'your signature arrived broken',
  'reports.found.other-name': 'proves its own name only',
  'reports.found.spf': 'SPF says no, and nothing is signed',
  'reports.found.nothing': 'nothing proves anything',
  'reports.advice.fine': '{who}: nothing to do.',
  'reports.advice.forwarded': '{who} passes mail on: nothing to do.',
  'reports.advice.dkim-only':
    '{who} passes by DKIM alone. If it is yours, add it to the SPF record of {domain}: {addresses}',
  'reports.advice.spf-only':
    '{who} passes by SPF alone, which breaks when mail is forwarded: let it sign with DKIM, d={domain}.',
  'reports.advice.altered':
    '{who}: mail that {domain} signed arrives with a broken signature. Mailing lists do that; if it is your own server, look at the key in the DNS (valija dkim check {domain}).',
  'reports.advice.other-name':
    '{who} sends in your name, and proves only its own. If you use it: let it sign with DKIM, d={domain}; or let it send with a sender address of {domain} and add it to the SPF record, such as include:{via}. If you do not, it is none of your mail.',
  'reports.advice.spf':
    '{who} sends in your name, fails SPF ({spf}), and signs nothing. If it is yours: add {addresses} to the SPF record of {domain}, or sign with DKIM. If not, it is forged: a strict policy has others refuse it.',
  'reports.advice.nothing':
    '{who} sends in your name and proves nothing. If it is yours: sign with DKIM, d={domain}, or send with a sender address of {domain} and add {addresses} to its SPF record. If not, it is forged.',
};
