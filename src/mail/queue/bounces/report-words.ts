// The sentences of a notification, in each language. What explains a reply stands in `knowledge/`.

import { unreachable } from '#base/unreachable.ts';
import type { Mender } from './knowledge/known-reply.ts';
import type { BounceLanguage, ReportKind } from './report-input.ts';

export interface ReportWords {
  readonly title: string;
  /** What this is, and what it means for the sender. */
  introduction(kind: ReportKind, myhostname: string): string;
  readonly subject: string;
  readonly sent: string;
  readonly recipients: string;
  readonly whatHappened: string;
  readonly whoCanMend: string;
  readonly how: string;
  /** `domain` is the recipient's. */
  mender(mender: Mender, domain: string, postmaster: string): string;
  tried(attempts: number, from: string, to: string): string;
  willRetryUntil(date: string): string;
  more(count: number): string;
  help(postmaster: string): string;
  readonly exactWords: string;
}

const ENGLISH: ReportWords = {
  title: 'English',
  introduction(kind, myhostname) {
    switch (kind) {
      case 'failed':
        return `This is the mail server ${myhostname}. I am sorry: your message could not be delivered to the recipients below, and will not be tried again for them. It is attached, or its header is.`;
      case 'delayed':
        return `This is the mail server ${myhostname}. Your message has not been delivered yet to the recipients below. THIS IS A WARNING ONLY: you need not send it again, for it goes on being tried.`;
      case 'delivered':
        return `This is the mail server ${myhostname}. As you asked to be told: your message was delivered to the recipients below.`;
      case 'relayed':
        return `This is the mail server ${myhostname}. As you asked to be told: your message was handed to the next server for the recipients below. That server does not report deliveries, so this is all you will hear of it.`;
      case 'expanded':
        return `This is the mail server ${myhostname}. As you asked to be told: the addresses below stand for several others, to which your message was sent on.`;
      default:
        return unreachable(kind);
    }
  },
  subject: 'Subject',
  sent: 'Sent',
  recipients: 'To',
  whatHappened: 'What happened',
  whoCanMend: 'Who can mend it',
  how: 'How',
  mender(mender, domain, postmaster) {
    switch (mender) {
      case 'sender':
        return 'you, the sender.';
      case 'recipient':
        return 'the recipient.';
      case 'their-administrator':
        return `the administrator of ${domain}.`;
      case 'our-administrator':
        return `the administrator of this server, ${postmaster}.`;
      case 'time':
        return 'nobody needs to; time does it.';
      default:
        return unreachable(mender);
    }
  },
  tried: (attempts, from, to) => `It was tried ${attempts} times, from ${from} to ${to}.`,
  willRetryUntil: (date) => `It will be tried until ${date}.`,
  more: (count) => `… and ${count} more, listed in the report.`,
  help: (postmaster) => `For help, write to ${postmaster} and attach this notice.`,
  exactWords: 'The exact words',
};

const SPANISH: ReportWords = {
  title: 'Español',
  introduction(kind, myhostname) {
    switch (kind) {
      case 'failed':
        return `Este es el servidor de correo ${myhostname}. Lo sentimos: su mensaje no se pudo entregar a los destinatarios de abajo, y para ellos no se intentará más. Va adjunto, entero o solo su cabecera.`;
      case 'delayed':
        return `Este es el servidor de correo ${myhostname}. Su mensaje aún no se ha podido entregar a los destinatarios de abajo. ES SOLO UN AVISO: no hace falta que lo envíe otra vez, porque se sigue intentando.`;
      case 'delivered':
        return `Este es el servidor de correo ${myhostname}. Como pidió que se le avisara: su mensaje se entregó a los destinatarios de abajo.`;
      case 'relayed':
        return `Este es el servidor de correo ${myhostname}. Como pidió que se le avisara: su mensaje pasó al siguiente servidor para los destinatarios de abajo. Ese servidor no avisa de las entregas, así que no sabrá más de él.`;
      case 'expanded':
        return `Este es el servidor de correo ${myhostname}. Como pidió que se le avisara: las direcciones de abajo representan a varias otras, a las que se envió su mensaje.`;
      default:
        return unreachable(kind);
    }
  },
  subject: 'Asunto',
  sent: 'Enviado',
  recipients: 'Para',
  whatHappened: 'Qué ha pasado',
  whoCanMend: 'Quién puede arreglarlo',
  how: 'Cómo',
  mender(mender, domain, postmaster) {
    switch (mender) {
      case 'sender':
        return 'usted, el remitente.';
      case 'recipient':
        return 'el destinatario.';
      case 'their-administrator':
        return `el administrador de ${domain}.`;
      case 'our-administrator':
        return `el administrador de este servidor, ${postmaster}.`;
      case 'time':
        return 'nadie tiene que hacerlo; lo hace el tiempo.';
      default:
        return unreachable(mender);
    }
  },
  tried: (attempts, from, to) => `Se intentó ${attempts} veces, desde el ${from} hasta el ${to}.`,
  willRetryUntil: (date) => `Se intentará hasta el ${date}.`,
  more: (count) => `… y ${count} más, que están en el informe.`,
  help: (postmaster) => `Si necesita ayuda, escriba a ${postmaster} y adjunte este aviso.`,
  exactWords: 'Las palabras exactas',
};

export const REPORT_WORDS: Readonly<Record<BounceLanguage, ReportWords>> = { en: ENGLISH, es: SPANISH };
