// A small JSON document of another server: bounded in time and size, and only from where the settings say. RFC 9110 §15.4:
// a redirection is refused, for it would lead to somebody whom nobody chose.

import { WorldError } from '#base/world-error.ts';

export interface FetchLimits {
  readonly timeoutMs: number;
  readonly mostOctets: number;
}

/** Throws WorldError for everything but a document. */
export async function fetchJson(address: string, limits: FetchLimits, request: RequestInit = {}): Promise<unknown> {
  try {
    const response = await fetch(address, {
      ...request,
      redirect: 'error',
      signal: AbortSignal.timeout(limits.timeoutMs),
      headers: { accept: 'application/json', ...request.headers },
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`it answered with ${response.status}`);
    }
    return JSON.parse(await readText(response, limits.mostOctets));
  } catch (failure) {
    throw new WorldError(`fetch ${address}`, { transient: true, cause: causeOf(failure) });
  }
}

/** The limit holds for what is left after decompression, piece by piece. */
async function readText(response: Response, mostOctets: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let octets = 0;
  // Node's streams of the web can be iterated, though the types of the web do not say so.
  const body = response.body as AsyncIterable<Uint8Array> | null;
  for await (const chunk of body ?? []) {
    octets += chunk.length;
    if (octets > mostOctets) throw new Error(`the document has more than ${mostOctets} octets`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `fetch failed` says less than what it hides. */
function causeOf(failure: unknown): unknown {
  return failure instanceof TypeError && failure.cause !== undefined ? failure.cause : failure;
}
