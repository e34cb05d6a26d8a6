// Every message between processes, in one place, with one version: JSON, small, validated by whoever receives it.

export const MESSAGES_VERSION = 1;

export interface BoundListener {
  readonly service: string;
  readonly address: string;
  readonly port: number;
}

/** What the worker tells the program that started it. */
export type WorkerMessage =
  | { readonly version: typeof MESSAGES_VERSION; readonly kind: 'ready'; readonly listeners: readonly BoundListener[] }
  /** It could not start; the text is for the operator, and the process ends with `exitCode`. */
  | {
      readonly version: typeof MESSAGES_VERSION;
      readonly kind: 'failed';
      readonly text: string;
      readonly exitCode: number;
    };

/** `undefined` for anything that is not of this version or not of this shape. */
export function parseWorkerMessage(value: unknown): WorkerMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('version' in value) || value.version !== MESSAGES_VERSION || !('kind' in value)) return undefined;
  if (value.kind === 'ready' && 'listeners' in value && Array.isArray(value.listeners)) {
    const listeners = value.listeners.filter(isBoundListener);
    return listeners.length === value.listeners.length
      ? { version: MESSAGES_VERSION, kind: 'ready', listeners }
      : undefined;
  }
  if (value.kind === 'failed' && 'text' in value && 'exitCode' in value) {
    const { text, exitCode } = value;
    if (typeof text === 'string' && typeof exitCode === 'number') {
      return { version: MESSAGES_VERSION, kind: 'failed', text, exitCode };
    }
  }
  return undefined;
}

function isBoundListener(value: unknown): value is BoundListener {
  if (typeof value !== 'object' || value === null) return false;
  if (!('service' in value && 'address' in value && 'port' in value)) return false;
  return typeof value.service === 'string' && typeof value.address === 'string' && typeof value.port === 'number';
}
