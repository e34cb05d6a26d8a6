// The words of the picture, in both languages.

import { tellCheckInEnglish } from '#mail/journey/checks-english.ts';
import { tellCheckInSpanish } from '#mail/journey/checks-spanish.ts';
import { type MilterEvent, tellMilterEvent } from '#mail/journey/milter-events.ts';
import type { KnownFact } from '#mail/restrictions/fact.ts';
import type { SimulationOutcome } from './outcome.ts';

export type PictureLanguage = 'en' | 'es';

export interface PictureWords {
  readonly title: string;
  readonly connects: string;
  readonly message: string;
  readonly asked: string;
  readonly check: (known: KnownFact) => string;
  readonly milter: (event: MilterEvent) => string;
  readonly verdicts: Readonly<Record<SimulationOutcome['verdict'], string>>;
  readonly rule: (rule: string) => string;
  readonly plan: string;
  readonly file: (mailbox: string, account: string) => string;
  readonly queue: (nextHop: string) => string;
  readonly held: string;
  readonly discard: string;
  readonly more: (count: number) => string;
}

export const PICTURE_WORDS: Readonly<Record<PictureLanguage, PictureWords>> = {
  en: {
    title: 'Simulation: the way of a message that never came',
    connects: 'connects',
    message: 'the message',
    asked: 'asked',
    check: tellCheckInEnglish,
    milter: (event) => tellMilterEvent(event, 'en'),
    verdicts: {
      accepted: 'It would be taken',
      refused: 'It would be refused',
      deferred: 'It would have to come again later',
    },
    rule: (rule) => `by the rule ${rule}`,
    plan: 'What would become of it',
    file: (mailbox, account) => `${mailbox} of ${account}`,
    queue: (nextHop) => `queue → ${nextHop}`,
    held: 'it is held (HOLD): it stays in the queue until somebody releases it',
    discard: 'it is thrown away (DISCARD): nobody gets it, and nobody is told',
    more: (count) => `… and ${count} more`,
  },
  es: {
    title: 'Simulación: el camino de un mensaje que nunca llegó',
    connects: 'se conecta',
    message: 'el mensaje',
    asked: 'preguntado',
    check: tellCheckInSpanish,
    milter: (event) => tellMilterEvent(event, 'es'),
    verdicts: {
      accepted: 'Se aceptaría',
      refused: 'Se rechazaría',
      deferred: 'Tendría que volver más tarde',
    },
    rule: (rule) => `por la regla ${rule}`,
    plan: 'Qué sería de él',
    file: (mailbox, account) => `${mailbox} de ${account}`,
    queue: (nextHop) => `cola → ${nextHop}`,
    held: 'se retiene (HOLD): se queda en la cola hasta que alguien lo libere',
    discard: 'se descarta (DISCARD): no lo recibe nadie y no se avisa a nadie',
    more: (count) => `… y ${count} más`,
  },
};
