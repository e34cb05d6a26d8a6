// What is left to say of a reply in unknown words: the meaning of its code's subject. RFC 3463 §3.

import type { Advice, Mender } from './known-reply.ts';

export interface StatusClass {
  readonly mender: Mender;
  readonly en: Advice;
  readonly es: Advice;
}

const AGAIN = {
  en: 'The reply below says more. Send the message again later, or ask the recipient by another way.',
  es: 'La respuesta de abajo dice más. Envíe el mensaje de nuevo más tarde, o pregunte al destinatario por otro camino.',
} as const;

const UNKNOWN: StatusClass = {
  mender: 'their-administrator',
  en: { what: 'The receiving server did not take the message and gave no reason that we know.', how: AGAIN.en },
  es: { what: 'El servidor receptor no aceptó el mensaje y no dio un motivo que conozcamos.', how: AGAIN.es },
};

/** By the second number of the status. */
const STATUS_CLASSES: Readonly<Record<number, StatusClass>> = {
  1: {
    mender: 'sender',
    en: {
      what: 'Something is wrong with an address of the message.',
      how: 'Compare it letter by letter with the right one.',
    },
    es: { what: 'Algo está mal en una dirección del mensaje.', how: 'Compárela letra a letra con la correcta.' },
  },
  2: {
    mender: 'recipient',
    en: { what: 'Something is wrong with the recipient’s mailbox.', how: 'Tell the recipient by another way.' },
    es: { what: 'Algo le pasa al buzón del destinatario.', how: 'Avise al destinatario por otro camino.' },
  },
  3: {
    mender: 'their-administrator',
    en: { what: 'Something is wrong with the receiving server.', how: AGAIN.en },
    es: { what: 'Algo le pasa al servidor receptor.', how: AGAIN.es },
  },
  4: {
    mender: 'their-administrator',
    en: { what: 'The way to the receiving server is disturbed.', how: AGAIN.en },
    es: { what: 'El camino al servidor receptor está interrumpido.', how: AGAIN.es },
  },
  5: {
    mender: 'their-administrator',
    en: { what: 'The two servers did not understand each other.', how: AGAIN.en },
    es: { what: 'Los dos servidores no se entendieron.', how: AGAIN.es },
  },
  6: {
    mender: 'sender',
    en: {
      what: 'The receiving server cannot handle what is in the message.',
      how: 'Send it in a simpler form: plain text, common attachments.',
    },
    es: {
      what: 'El servidor receptor no puede con lo que hay en el mensaje.',
      how: 'Envíelo en una forma más sencilla: texto sin formato, adjuntos corrientes.',
    },
  },
  7: {
    mender: 'their-administrator',
    en: { what: 'The receiving server refused the message by a rule of its own.', how: AGAIN.en },
    es: { what: 'El servidor receptor rechazó el mensaje por una regla propia.', how: AGAIN.es },
  },
};

/** Of `7` in `5.7.1`; what is no known number means nothing. */
export function findStatusClass(subject: string): StatusClass {
  return /^[1-7]$/.test(subject) ? (STATUS_CLASSES[Number(subject)] ?? UNKNOWN) : UNKNOWN;
}
