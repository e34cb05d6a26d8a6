// English: `valija route`.

export const routeEn = {
  'route.description': 'show each step from an address to what would be done with its mail',
  'route.examples': `Examples:
  valija route info@example.org
  valija route root --from ana@example.net
Exit code 0 where mail would be taken, 66 where not.`,
  'route.argument': 'an address, or a name of this machine',
  'route.option.from': 'the sender; without it, as for a bounce',
  'route.not-an-address': '«{address}», or the sender, is no address',
  'route.field.address': 'Address',
  'route.field.class': 'Class',
  'route.field.verdict': 'Verdict',
  'route.field.step': 'Step',
  'route.field.way': 'Way',
  'route.field.recipient': 'Recipient',
  'route.field.plan': 'Plan',
  'route.field.sender': 'Leaves as',
  'route.class.hosted': 'hosted (valija domain)',
  'route.class.local': 'local (mydestination)',
  'route.class.virtual-alias': 'aliases only (virtual_alias_domains)',
  'route.class.virtual-mailbox': 'mailboxes (virtual_mailbox_domains)',
  'route.class.relay': 'relay (relay_domains)',
  'route.class.foreign': 'another server’s; strangers may not send there through this one',
  'route.kind.deliverable': 'deliverable',
  'route.kind.unknown-user': 'nobody here has this address',
  'route.kind.disabled': 'disabled',
  'route.kind.alias-loop': 'aliases that only lead to each other',
  'route.kind.alias-limit': 'aliases that lead to too many addresses',
  'route.kind.broken-table': 'a table says what nobody can follow',
  'route.action.file': 'INBOX of {to}',
  'route.action.queue': 'queue → {to}',
};
