// The control socket of a running server: `state/run/control.sock`, for its owner only. Requests of one connection are
// answered one after the other. What a method throws is said to the command as «failed» or «unavailable», and the
// server lives on.

import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { err, type Result } from '#base/result.ts';
import { messageOf } from '#base/thrown.ts';
import { WorldError } from '#base/world-error.ts';
import type { ControlFault, ControlMethods } from '#mail/ports/control-method.ts';
import { formatAnswer, MOST_LINE_OCTETS, MOST_PATH_OCTETS, parseRequest } from './control-message.ts';
import { LineSplitter } from './line-splitter.ts';

const MOST_CONNECTIONS = 32;
const IDLE_TIMEOUT_MS = 60_000;

export interface ControlServer extends AsyncDisposable {
  readonly path: string;
}

/** Throws WorldError when the path is too long, taken by another server, or cannot be made. */
export async function listenControl(path: string, methods: ControlMethods): Promise<ControlServer> {
  if (Buffer.byteLength(path) > MOST_PATH_OCTETS) {
    const cause = new Error(`the path has more than ${MOST_PATH_OCTETS} octets; choose a shorter state_directory`);
    throw new WorldError(`control socket ${path}`, { transient: false, cause });
  }
  await removeStale(path);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, methods);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await bind(server, path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Made with its mode, not changed to it: nobody else can connect, not even at first. */
function bind(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new WorldError(`control socket ${path}`, { transient: false, cause })));
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const before = process.umask(0o177);
    try {
      server.listen(path, () => resolve());
    } finally {
      process.umask(before);
    }
  });
}

/** A socket left behind by a server that was killed refuses connections. */
function removeStale(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = connect(path);
    probe.on('connect', () => {
      probe.destroy();
      const cause = new Error('another server answers there');
      reject(new WorldError(`control socket ${path}`, { transient: false, cause }));
    });
    probe.on('error', () => {
      rmSync(path, { force: true });
      resolve();
    });
  });
}

function serve(socket: Socket, methods: ControlMethods): void {
  const lines = new LineSplitter(MOST_LINE_OCTETS);
  let turn = Promise.resolve();
  socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const complete = lines.push(chunk);
    if (complete === undefined) {
      const tooLong = err({ code: 'bad-request', message: `a line has at most ${MOST_LINE_OCTETS} octets` } as const);
      // Whatever else comes is passed over: it can only be more of the same.
      socket.removeAllListeners('data').resume();
      socket.end([...formatAnswer(0, tooLong)].join(''));
      return;
    }
    // No more is read until what was asked is answered: the peer cannot fill the memory.
    socket.pause();
    turn = turn.then(async () => {
      for (const line of complete) await answer(socket, methods, line);
      socket.resume();
    });
  });
}

async function answer(socket: Socket, methods: ControlMethods, line: string): Promise<void> {
  const request = parseRequest(line);
  const outcome = request.ok ? await perform(methods, request.value.method, request.value.params) : request;
  for (const part of formatAnswer(request.ok ? request.value.id : 0, outcome)) {
    if (!socket.writable) return;
    if (!socket.write(part)) await drained(socket);
    // A reader that keeps pace would have us write all of a long list at once.
    await nextTurn();
  }
}

/** When the peer has taken what was written, or is gone. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}

async function perform(methods: ControlMethods, name: string, params: unknown): Promise<Result<unknown, ControlFault>> {
  const method = methods.get(name);
  if (method === undefined) return err({ code: 'unknown-method', message: `this server has no method ${name}` });
  try {
    return await method(params);
  } catch (error) {
    const message = messageOf(error);
    const transient = error instanceof WorldError && error.transient;
    return err({ code: transient ? 'unavailable' : 'failed', message });
  }
}
