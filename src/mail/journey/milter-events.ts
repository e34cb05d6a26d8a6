// What milters said of a message, in the words of its story, for those who tell only a part of it.

import { unreachable } from '#base/unreachable.ts';
import type { EventOf } from './phrases.ts';
import { ENGLISH } from './phrases-english.ts';
import { SPANISH } from './phrases-spanish.ts';

export type MilterEvent = EventOf<'milter'> | EventOf<'milter-failed'>;

export function tellMilterEvent(event: MilterEvent, language: 'en' | 'es'): string {
  const { events } = language === 'es' ? SPANISH : ENGLISH;
  switch (event.kind) {
    case 'milter':
      return events.milter(event) ?? '';
    case 'milter-failed':
      return events['milter-failed'](event) ?? '';
    default:
      return unreachable(event);
  }
}
