// What a restriction asked, and what it was answered, in English.

import type { FactAnswer, FactAnswers, FactKind, FactQuestion, KnownFact } from '#mail/restrictions/fact.ts';

type Asked<Kind extends FactKind> = Extract<FactQuestion, { kind: Kind }>;
type Known<Kind extends FactKind> = Exclude<FactAnswers[Kind], { kind: 'later' }>;

export function tellCheckInEnglish({ question, answer }: KnownFact): string {
  const asked = QUESTIONS[question.kind] as (question: FactQuestion) => string;
  const answered = ANSWERS[question.kind] as (answer: FactAnswer) => string;
  const said = answer.kind === 'later' ? `no answer now (${answer.reason})` : answered(answer);
  return `${asked(question)}: ${said}`;
}

const QUESTIONS: { readonly [Kind in FactKind]: (question: Asked<Kind>) => string } = {
  'client-name': () => 'The client’s name in the DNS (PTR)',
  dns: ({ name, type }) => `DNS, ${name} ${type}`,
  table: ({ table, keys }) => `Table ${table}, asked for ${keys.join(', ')}`,
  'policy-service': ({ service }) => `Policy service ${service}`,
  greylist: () => 'Has this client brought mail from this sender to this recipient before',
  listed: ({ which }) => `Is the ${which} an address of ours`,
  verified: ({ which }) => `Would its own server take the ${which}`,
  'sender-class': () => 'Whose mail is that of the sender’s domain',
  'sender-owners': () => 'Whose address is the sender',
  pause: ({ seconds }) => `A pause of ${seconds} s`,
};

const CONFIRMED = new Map<boolean | 'later', string>([
  [true, 'which leads back to the client'],
  [false, 'which does not lead back to the client'],
  ['later', 'and nobody says now whether it leads back'],
]);

const ANSWERS: { readonly [Kind in FactKind]: (answer: Known<Kind>) => string } = {
  'client-name': (answer) =>
    answer.kind === 'none' ? 'there is none' : `${answer.name}, ${CONFIRMED.get(answer.verified)}`,
  dns: (answer) => {
    if (answer.kind !== 'found')
      return answer.kind === 'none' ? 'the name has no such record' : 'there is no such name';
    return answer.records.map((record) => record || 'it takes no mail').join(' | ');
  },
  table: (answer) => (answer.kind === 'found' ? `«${answer.key}» has «${answer.value}»` : 'it has none of these'),
  'policy-service': ({ action }) => `«${action}»`,
  greylist: (answer) => (answer.kind === 'known' ? 'yes' : `no; it may come again in ${answer.seconds} s`),
  listed: (answer) =>
    answer.kind === 'listed' ? 'yes' : `no${answer.where === '' ? '' : ` (${answer.where.trim()})`}`,
  verified: (answer) => (answer.kind === 'deliverable' ? 'yes' : `no: ${answer.reason}`),
  'sender-class': ({ addressClass }) => addressClass,
  'sender-owners': ({ accounts }) => (accounts.length === 0 ? 'nobody’s here' : accounts.join(', ')),
  pause: () => 'it is over',
};
