// English: `valija dkim`.

export const dkimEn = {
  'dkim.description': 'the keys that sign the mail of a domain (DKIM)',
  'dkim.examples': `Examples:
  valija dkim generate example.org
  valija dkim list
  valija dkim show example.org`,
  'dkim.generate': 'make keys for a domain: RSA and Ed25519 side by side',
  'dkim.generate.examples': `Examples:
  valija dkim generate example.org
  valija dkim generate example.org --selector mail --type rsa
The first keys of a domain sign at once; further ones wait for «valija dkim rotate».`,
  'dkim.list': 'list keys and their states',
  'dkim.show': 'show the records to publish in the DNS',
  'dkim.show.examples': `Examples:
  valija dkim show example.org
  valija dkim show example.org 202611 --json`,
  'dkim.check': 'ask the DNS whether the records are there',
  'dkim.check.examples': `Example:
  valija dkim check example.org
Ends with 65 where a key that signs, or signed mail that is under way, is not published.`,
  'dkim.rotate': 'change to the next keys; those in use retire',
  'dkim.rotate.examples': `Example:
  valija dkim rotate example.org     # makes the next keys: publish them
  valija dkim rotate example.org     # a day later: they sign, the former ones retire
A key that the DNS does not have yet is not put to use, unless with --force. A retiring key stays published until no mail
that it signed can be in a queue.`,
  'dkim.import': "take over OpenDKIM's keys, selectors and tables",
  'dkim.import.examples': `Examples:
  valija dkim import /etc/opendkim.conf
  valija dkim import --key-table /etc/opendkim/KeyTable --signing-table /etc/opendkim/SigningTable
  valija dkim import --domain example.org --selector mail --key-file mail.private`,
  'dkim.remove': 'remove a key that is not in use',
  'dkim.remove.examples': `Example:
  valija dkim remove example.org 202511`,
  'dkim.argument.selector': 'the name of the key in the DNS, such as 202611',
  'dkim.argument.opendkim-conf': 'its KeyTable, SigningTable, InternalHosts, Domain, Selector and KeyFile are read',
  'dkim.option.selector': 'the name of the key in the DNS (default: the month)',
  'dkim.option.type': 'rsa, ed25519, or both',
  'dkim.option.bits': 'the length of an RSA key; some providers take no more than 2048',
  'dkim.option.next': 'do not use it before it is published: «valija dkim rotate» does',
  'dkim.option.key-table': 'lines «name domain:selector:/path/to/key»',
  'dkim.option.signing-table': 'lines «*@example.org name»',
  'dkim.option.trusted-hosts': 'addresses and networks whose mail is signed, too',
  'dkim.option.domain': 'with --key-file: the domain that it signs for',
  'dkim.option.selector-of-key': 'with --key-file: its selector',
  'dkim.option.key-file': 'one key, in PEM',
  'dkim.option.force': 'even where mail with its signature may be under way',
  'dkim.option.force-rotation': 'even where the DNS does not have the next keys yet',
  'dkim.none': 'No keys yet. Make some with: valija dkim generate example.org',
  'dkim.not-found': 'there is no such key of {domain}; see: valija dkim list',
  'dkim.removed': 'The key {selector} of {domain} is removed; its record may leave the DNS.',
  'dkim.field.selector': 'Selector',
  'dkim.field.type': 'Type',
  'dkim.field.since': 'Since',
  'dkim.field.signs-as': 'Signs as',
  'dkim.field.publish-until': 'Publish until',
  'dkim.field.record': 'Record',
  'dkim.field.publication': 'In the DNS',
  'dkim.publication.published': 'published',
  'dkim.publication.missing': 'nothing there',
  'dkim.publication.different': 'another key, or none',
  'dkim.publication.ambiguous': 'several records: leave one',
  'dkim.publication.unknown': 'no answer',
  'dkim.status.next': 'next',
  'dkim.status.active': 'active',
  'dkim.status.retiring': 'retiring',
  'dkim.status.revoked': 'revoked',
  'dkim.status.unusable': 'unusable',
  'dkim.unusable': 'It cannot sign: {reason}',
  'dkim.zone-line': 'For a zone file:',
  'dkim.web-form':
    'Or in a web page of your DNS provider: a TXT record with the name {name} and, in one line, the value',
  'dkim.advice.next':
    'It is not used yet: publish the record, wait for its old answers to expire, then: valija dkim rotate {domain}',
  'dkim.advice.active': 'It signs: the record must be in the DNS.',
  'dkim.advice.retiring': 'It signs no more, but mail that it signed is under way: leave the record in the DNS.',
  'dkim.advice.revoked':
    'It is done with: publish the empty key above, or remove the record; then: valija dkim remove {domain}',
  'dkim.turned.next': '{selector} ({type}): made, to be published now and used by the next rotation.',
  'dkim.turned.active': '{selector} ({type}): signs from now on.',
  'dkim.turned.retiring': '{selector} ({type}): signs no more; leave its record in the DNS until {until}.',
  'dkim.turned.revoked': '{selector} ({type}): done with.',
  'dkim.import.nothing':
    'nothing to import: name opendkim.conf, or --key-table and --signing-table, or --domain, --selector and --key-file',
  'dkim.import.one-key': '--key-file needs --domain and --selector',
  'dkim.import.no-file': 'there is no file {file}',
  'dkim.import.unreadable': 'cannot be read: {reason}',
  'dkim.import.dataset': '{name} «{dataset}»: only files, refile: and lists are read; write it as a file first',
  'dkim.import.failed': '{author}, {selector}: not imported: {reason}',
  'dkim.import.hosts': 'Whose mail is signed without a login, for valija.toml:\n{line}',
  'dkim.import.remark.no-such-key': 'SigningTable names the key «{name}», which KeyTable does not have',
  'dkim.import.remark.unused-key': 'the key «{name}» is named by no line of SigningTable: not imported',
  'dkim.import.remark.malformed': '«{text}» was not understood',
  'dkim.import.remark.single-address': '«{text}»: keys sign for whole domains here; not imported',
  'dkim.import.remark.any-author':
    "«{text}»: keys sign for named domains here; imported for the key's own domain alone",
  'dkim.import.remark.below-domain':
    '«{text}»: imported for the domain itself; dkim_sign_subdomains signs for those below',
  'dkim.import.remark.wild-domain': '«{text}»: which domains these are, no table says; not imported: name each',
  'dkim.import.remark.shadowed':
    '«{text}»: a line above it signs for that domain already (MultipleSignatures is off); not imported',
  'dkim.import.remark.excluded-host':
    '«{text}»: nothing is taken out of a network here; list what remains in dkim_internal_hosts',
  'dkim.import.remark.setting':
    'opendkim.conf says «{text}»; signatures here are made in another way: see docs/dkim.md',
  'dkim.import.remark.host-name': '«{text}» is no address or network: not taken over',
};
