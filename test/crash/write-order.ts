// Reads what strace saw of a server and says which 250 was sent before the journal was safe: its record written, and an
// fdatasync of that file begun after the write, and returned, before the reply began to be sent.

export interface WriteOrderReport {
  readonly replies: number;
  /** One line each. */
  readonly violations: readonly string[];
}

interface Call {
  readonly name: string;
  readonly text: string;
  readonly begun: number;
  readonly ended: number;
  readonly succeeded: boolean;
}

const UNFINISHED = ' <unfinished ...>';

/** `strace -f -y -s 1000000`: one line a call, or two where other threads came between. */
export function readCalls(trace: string): Call[] {
  const calls: Call[] = [];
  const open = new Map<string, { text: string; begun: number }>();
  for (const [line, whole] of trace.split('\n').entries()) {
    const [, thread, rest] = /^(\d+) +(.*)$/s.exec(whole) ?? [];
    if (thread === undefined || rest === undefined) continue;
    if (rest.endsWith(UNFINISHED)) {
      open.set(thread, { text: rest.slice(0, -UNFINISHED.length), begun: line });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(rest);
    const before = resumed === null ? undefined : open.get(thread);
    const text = resumed === null ? rest : `${before?.text ?? ''}${rest.slice(resumed[0].length)}`;
    const name = text.slice(0, Math.max(text.indexOf('('), 0));
    calls.push({ name, text, begun: before?.begun ?? line, ended: line, succeeded: /= \d+[^=]*$/.test(text) });
  }
  return calls;
}

export function auditWriteOrder(trace: string): WriteOrderReport {
  const calls = readCalls(trace).filter(({ succeeded }) => succeeded);
  const journalOf = (call: Call): string | undefined => /^\w+\(\d+<([^>]*\.journal)>/.exec(call.text)?.[1];
  const writes = calls.filter((call) => /^p?write/.test(call.name) && journalOf(call) !== undefined);
  const syncs = calls.filter((call) => call.name === 'fdatasync' && journalOf(call) !== undefined);
  const violations: string[] = [];
  let replies = 0;
  for (const reply of calls) {
    if (journalOf(reply) !== undefined || !/^(?:write|writev|sendto|sendmsg)$/.test(reply.name)) continue;
    for (const [, id] of reply.text.matchAll(/250 2\.0\.0 [^"]*?queued as (\w+)/g)) {
      replies++;
      const write = writes.find(({ text }) => text.includes(`\\"id\\":\\"${id}\\"`));
      if (write === undefined || write.ended > reply.begun) {
        violations.push(`${id}: acknowledged before its record was written`);
      } else if (!syncs.some((sync) => journalOf(sync) === journalOf(write) && covers(sync, write, reply))) {
        violations.push(`${id}: acknowledged before its record was durable`);
      }
    }
  }
  return { replies, violations };
}

function covers(sync: Call, write: Call, reply: Call): boolean {
  return sync.begun > write.ended && sync.ended < reply.begun;
}
