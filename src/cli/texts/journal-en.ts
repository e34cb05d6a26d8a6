// English: `valija journal`.

export const journalEn = {
  'journal.description': 'look at what was accepted and is not settled yet',
  'journal.examples': `Examples:
  valija journal list
  valija journal verify
  valija journal show 4XyZ123456z0Abc`,
  'journal.list.description': 'list the segments',
  'journal.verify.description': 'read every record and say what is damaged; changes nothing',
  'journal.show.description': 'show what one message was promised',
  'journal.argument': 'a queue id from the log',
  'journal.not-found': '«{id}» is not in the journal: it was settled (valija why tells more), or never accepted',
  'journal.empty': 'The journal is empty: everything that was accepted is settled.',
  'journal.good': 'The journal is whole: segments: {segments}, records: {records}.',
  'journal.damaged':
    '{file} is damaged at octets {places}; the next start recovers what can be read and sets it aside.',
  'journal.set-aside': '{file} was damaged and is set aside; remove it when nothing in it is missed.',
  'journal.field.id': 'Queue id',
  'journal.field.segment': 'Segment',
  'journal.field.records': 'Records',
  'journal.field.messages': 'Messages',
  'journal.field.size': 'Size',
  'journal.field.arrived': 'Arrived',
  'journal.field.copy': 'Copy',
};
