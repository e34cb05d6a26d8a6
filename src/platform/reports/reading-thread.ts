// The thread that reads one report, and ends. See `threaded-reader.ts`.

import { parentPort, workerData } from 'node:worker_threads';
import { ok } from '#base/result.ts';
import { recordsOf } from '#mail/reports/received-report.ts';
import { type ReadingLimits, readReport } from './read-report.ts';

export interface ReadingOrder {
  readonly message: Uint8Array;
  readonly limits: ReadingLimits;
}

const { message, limits } = workerData as ReadingOrder;
const read = readReport(Buffer.from(message.buffer, message.byteOffset, message.byteLength), limits);
parentPort?.postMessage(read.ok ? ok(recordsOf(read.value)) : read);
