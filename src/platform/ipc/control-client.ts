// A command's side of the control socket: one question, one answer, or the reason why there is none.

import { connect, type Socket } from 'node:net';
import { err, ok, type Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import type { ControlFault } from '#mail/ports/control-method.ts';
import { formatRequest, MOST_LINE_OCTETS, MOST_PATH_OCTETS, parseAnswer } from './control-message.ts';
import { LineSplitter } from './line-splitter.ts';

const ANSWER_TIMEOUT_MS = 30_000;
const MOST_ITEMS = 1_000_000;

export type ControlFailure =
  /** No server listens there: the state may be worked on directly. */
  | { readonly kind: 'not-running' }
  /** A server may run, but this user may not ask it. */
  | { readonly kind: 'not-permitted' }
  | { readonly kind: 'path-too-long'; readonly mostOctets: number }
  | { readonly kind: 'no-answer'; readonly message: string }
  | { readonly kind: 'fault'; readonly fault: ControlFault };

const CONNECT_FAILURES: Readonly<Record<string, 'not-running' | 'not-permitted'>> = {
  ENOENT: 'not-running',
  ECONNREFUSED: 'not-running',
  ENOTDIR: 'not-running',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
};

/** A list comes back as an array. */
export function callControl(path: string, method: string, params: unknown): Promise<Result<unknown, ControlFailure>> {
  if (Buffer.byteLength(path) > MOST_PATH_OCTETS) {
    return Promise.resolve(err({ kind: 'path-too-long', mostOctets: MOST_PATH_OCTETS }));
  }
  const request = formatRequest({ id: 1, method, params });
  if (Buffer.byteLength(request) > MOST_LINE_OCTETS) {
    const message = `the question has more than ${MOST_LINE_OCTETS} octets`;
    return Promise.resolve(err({ kind: 'fault', fault: { code: 'bad-request', message } }));
  }
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (outcome: Result<unknown, ControlFailure>) => {
      socket.destroy();
      resolve(outcome);
    };
    const silent = (message: string) => settle(err({ kind: 'no-answer', message }));
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => silent(`no answer within ${ANSWER_TIMEOUT_MS / 1000} seconds`));
    socket.on('connect', () => socket.write(request));
    socket.on('close', () => silent('the server closed the control socket'));
    socket.on('error', (error) => {
      const kind = CONNECT_FAILURES[(error as NodeJS.ErrnoException).code ?? ''];
      if (kind === undefined) silent(error.message);
      else settle(err({ kind }));
    });
    readAnswer(socket, settle, silent);
  });
}

function readAnswer(
  socket: Socket,
  settle: (outcome: Result<unknown, ControlFailure>) => void,
  silent: (message: string) => void,
): void {
  const lines = new LineSplitter(MOST_LINE_OCTETS);
  const items: unknown[] = [];
  socket.on('data', (chunk) => {
    const complete = lines.push(chunk);
    if (complete === undefined || items.length + complete.length > MOST_ITEMS) {
      silent('the answer is longer than allowed');
      return;
    }
    for (const line of complete) {
      const answer = parseAnswer(line);
      if (answer === undefined) return silent('what answers at the control socket is no Valija');
      switch (answer.kind) {
        case 'item':
          items.push(answer.item);
          break;
        case 'end-of-items':
          if (answer.items !== items.length) return silent('a part of the answer is missing');
          return settle(ok(items));
        case 'value':
          return settle(ok(answer.value));
        case 'fault':
          return settle(err({ kind: 'fault', fault: answer.fault }));
        default:
          unreachable(answer);
      }
    }
  });
}
