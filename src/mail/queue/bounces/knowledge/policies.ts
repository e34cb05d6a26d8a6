// What the other side does not want, and what goes wrong on this machine.

import type { KnownReply } from './known-reply.ts';

export const POLICIES: readonly KnownReply[] = [
  {
    name: 'command-failed',
    when: [
      'command died with',
      'command output:',
      'command line usage error',
      'command not found',
      'command time limit exceeded',
      'error running shell',
      'unknown mailer error',
      'local configuration error',
    ],
    mender: 'recipient',
    en: {
      what: 'The recipient has their mail given to a program (in .forward, an alias or mailbox_command), and that program failed.',
      how: 'Whoever set the program up must look at it; its last words stand in the reply.',
    },
    es: {
      what: 'El destinatario hace que su correo pase a un programa (en .forward, un alias o mailbox_command), y ese programa falló.',
      how: 'Debe mirarlo quien lo puso; sus últimas palabras están en la respuesta.',
    },
  },
  {
    name: 'mailbox-file',
    when: [
      'cannot update mailbox',
      'unable to lock for exclusive access',
      'cannot create file',
      'cannot open mailbox',
      'maildir delivery failed',
      'mailbox is locked',
      'unable to open',
      'permission denied',
      'read-only file system',
      'cannot append message to',
    ],
    mender: 'our-administrator',
    en: {
      what: 'The message could not be written to the recipient’s mailbox.',
      how: 'The administrator must look at the folder’s owner, rights and free space.',
    },
    es: {
      what: 'No se pudo escribir el mensaje en el buzón del destinatario.',
      how: 'El administrador debe mirar el dueño, los permisos y el espacio libre de la carpeta.',
    },
  },
  {
    name: 'alias-expansion',
    when: [
      'alias database unavailable',
      'aliases nested too deeply',
      'unreasonable virtual_alias_maps',
      'unreasonable alias',
      'aliasing/forwarding loop',
      'list expansion',
      'include file',
      ':include:',
    ],
    statuses: ['2.4'],
    mender: 'our-administrator',
    en: {
      what: 'The address stands for other addresses, and following them failed: they form a circle, are too many, or their list cannot be read.',
      how: 'The administrator must correct the alias; `valija route ADDRESS` shows each step.',
    },
    es: {
      what: 'La dirección representa a otras, y seguirlas falló: forman un círculo, son demasiadas o no se puede leer su lista.',
      how: 'El administrador debe corregir el alias; `valija route DIRECCIÓN` muestra cada paso.',
    },
  },
  {
    name: 'protocol-error',
    when: [
      'command not recognized',
      'unrecognized command',
      'syntax error',
      'bad sequence of commands',
      'command unrecognized',
      'command not implemented',
      'protocol error',
      'unexpected response',
      'improper command pipelining',
      'invalid arguments',
      'parameter not',
    ],
    statuses: ['5.0', '5.1', '5.2', '5.4', '5.5'],
    mender: 'their-administrator',
    en: {
      what: 'The two servers did not understand each other.',
      how: 'Most often a firewall in between changes what they say (Cisco’s «smtp fixup»). The administrators of both must look at it.',
    },
    es: {
      what: 'Los dos servidores no se entendieron.',
      how: 'Casi siempre un cortafuegos cambia por el camino lo que dicen (el «smtp fixup» de Cisco). Deben mirarlo los administradores de ambos.',
    },
  },
  {
    name: 'access-denied',
    when: [
      'access denied',
      'access is denied',
      'client host rejected',
      'connection rejected',
      'recipient address rejected',
      'administrative prohibition',
      'administratively prohibited',
      'policy violation',
      'policy reasons',
      'local policy',
      'security policy',
      'mail policy',
      'policy rejection',
      'blocked by policy',
      'rejected by policy',
      'transaction failed',
      'go away',
    ],
    statuses: ['7.0', '7.1', '7.2'],
    mender: 'their-administrator',
    en: {
      what: 'The receiving server refused the message by a rule of its own.',
      how: 'The reply may say which. Else only its administrator knows: write to postmaster at their domain from another address, or let the recipient ask.',
    },
    es: {
      what: 'El servidor receptor rechazó el mensaje por una regla propia.',
      how: 'Quizá la respuesta diga cuál. Si no, solo lo sabe su administrador: escriba al postmaster de su dominio desde otra dirección, o que pregunte el destinatario.',
    },
  },
];
