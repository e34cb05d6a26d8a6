// What a restriction asked, and what it was answered, in Spanish.

import type { FactAnswer, FactAnswers, FactKind, FactQuestion, KnownFact } from '#mail/restrictions/fact.ts';

type Asked<Kind extends FactKind> = Extract<FactQuestion, { kind: Kind }>;
type Known<Kind extends FactKind> = Exclude<FactAnswers[Kind], { kind: 'later' }>;

export function tellCheckInSpanish({ question, answer }: KnownFact): string {
  const asked = QUESTIONS[question.kind] as (question: FactQuestion) => string;
  const answered = ANSWERS[question.kind] as (answer: FactAnswer) => string;
  const said = answer.kind === 'later' ? `sin respuesta por ahora (${answer.reason})` : answered(answer);
  return `${asked(question)}: ${said}`;
}

const PARTIES = { sender: 'el remitente', recipient: 'el destinatario' } as const;

const QUESTIONS: { readonly [Kind in FactKind]: (question: Asked<Kind>) => string } = {
  'client-name': () => 'El nombre del cliente en el DNS (PTR)',
  dns: ({ name, type }) => `DNS, ${name} ${type}`,
  table: ({ table, keys }) => `Tabla ${table}, preguntada por ${keys.join(', ')}`,
  'policy-service': ({ service }) => `Servicio de políticas ${service}`,
  greylist: () => 'Ha traído antes este cliente correo de este remitente a este destinatario',
  listed: ({ which }) => `Es ${PARTIES[which]} una dirección nuestra`,
  verified: ({ which }) =>
    `Aceptaría su propio servidor a ${which === 'sender' ? 'ese remitente' : 'ese destinatario'}`,
  'sender-class': () => 'De quién es el correo del dominio del remitente',
  'sender-owners': () => 'De quién es la dirección del remitente',
  pause: ({ seconds }) => `Una pausa de ${seconds} s`,
};

const CONFIRMED = new Map<boolean | 'later', string>([
  [true, 'que lleva de vuelta al cliente'],
  [false, 'que no lleva de vuelta al cliente'],
  ['later', 'y nadie dice por ahora si lleva de vuelta'],
]);

const ANSWERS: { readonly [Kind in FactKind]: (answer: Known<Kind>) => string } = {
  'client-name': (answer) =>
    answer.kind === 'none' ? 'no tiene' : `${answer.name}, ${CONFIRMED.get(answer.verified)}`,
  dns: (answer) => {
    if (answer.kind !== 'found')
      return answer.kind === 'none' ? 'el nombre no tiene ese registro' : 'no existe ese nombre';
    return answer.records.map((record) => record || 'no recibe correo').join(' | ');
  },
  table: (answer) => (answer.kind === 'found' ? `«${answer.key}» tiene «${answer.value}»` : 'no tiene nada de eso'),
  'policy-service': ({ action }) => `«${action}»`,
  greylist: (answer) => (answer.kind === 'known' ? 'sí' : `no; puede volver dentro de ${answer.seconds} s`),
  listed: (answer) => (answer.kind === 'listed' ? 'sí' : `no${answer.where === '' ? '' : ` (${answer.where.trim()})`}`),
  verified: (answer) => (answer.kind === 'deliverable' ? 'sí' : `no: ${answer.reason}`),
  'sender-class': ({ addressClass }) => addressClass,
  'sender-owners': ({ accounts }) => (accounts.length === 0 ? 'aquí de nadie' : accounts.join(', ')),
  pause: () => 'ha pasado',
};
