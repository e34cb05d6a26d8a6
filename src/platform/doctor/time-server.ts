// What time a server of time has: one question and its answer, RFC 5905 §14 (SNTP). Good to a second or so, which is enough to see
// that a clock is wrong.

import { createSocket } from 'node:dgram';
import { WorldError } from '#base/world-error.ts';

const NTP_PORT = 123;
const TIMEOUT_MS = 3_000;
const PACKET_OCTETS = 48;
/** Version 4, client. */
const FIRST_OCTET = 0b00_100_011;
const TRANSMIT_OFFSET = 40;
const ORIGINATE_OFFSET = 24;
const RECEIVE_OFFSET = 32;
/** From 1900 to 1970. */
const EPOCH_SECONDS = 2_208_988_800;
/** Seconds are counted anew from 2036 on, and again every 136 years. RFC 5905 §6. */
const ERA_SECONDS = 2 ** 32;
const ERA_MS = ERA_SECONDS * 1_000;

export interface TimeServer {
  readonly host: string;
  readonly port?: number;
}

/** How far our clock is behind theirs. Throws WorldError when nobody answers. */
export async function askTimeServer({ host, port = NTP_PORT }: TimeServer, nowMs: () => number): Promise<number> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const sentMs = nowMs();
  const question = formatQuestion(sentMs);
  try {
    const answer = await new Promise<Buffer>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no answer in time')), TIMEOUT_MS);
      const settle = (work: () => void) => {
        clearTimeout(timer);
        work();
      };
      socket.on('error', (error) => settle(() => reject(error)));
      socket.on('message', (packet) => {
        if (isAnswer(packet, question)) settle(() => resolve(packet));
      });
      socket.send(question, port, host, (error) => error && settle(() => reject(error)));
    });
    const receivedMs = nowMs();
    const theirMs = (readTime(answer, RECEIVE_OFFSET) + readTime(answer, TRANSMIT_OFFSET)) / 2;
    return withinEra(theirMs - (sentMs + receivedMs) / 2);
  } catch (cause) {
    throw new WorldError(`ask ${host} for the time`, { transient: true, cause });
  } finally {
    socket.close();
  }
}

function formatQuestion(sentMs: number): Buffer {
  const packet = Buffer.alloc(PACKET_OCTETS);
  packet[0] = FIRST_OCTET;
  packet.writeUInt32BE((Math.floor(sentMs / 1_000) + EPOCH_SECONDS) % ERA_SECONDS, TRANSMIT_OFFSET);
  packet.writeUInt32BE(Math.floor(((sentMs % 1_000) / 1_000) * ERA_SECONDS), TRANSMIT_OFFSET + 4);
  return packet;
}

/** It bears our own time back, comes from a server (mode 4), and that server knows the time (stratum 1 to 15). */
function isAnswer(packet: Buffer, question: Buffer): boolean {
  if (packet.length < PACKET_OCTETS) return false;
  const stratum = packet[1] ?? 0;
  const echo = packet.subarray(ORIGINATE_OFFSET, ORIGINATE_OFFSET + 8);
  const isEcho = echo.equals(question.subarray(TRANSMIT_OFFSET, TRANSMIT_OFFSET + 8));
  return ((packet[0] ?? 0) & 0b111) === 4 && stratum > 0 && stratum < 16 && isEcho;
}

/** No answer says which era it is of: it is the one that is nearest to our own time. */
function withinEra(offsetMs: number): number {
  return offsetMs - Math.round(offsetMs / ERA_MS) * ERA_MS;
}

function readTime(packet: Buffer, offset: number): number {
  const seconds = packet.readUInt32BE(offset) - EPOCH_SECONDS;
  return seconds * 1_000 + (packet.readUInt32BE(offset + 4) / ERA_SECONDS) * 1_000;
}
