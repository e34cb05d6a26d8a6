// Patterns of LIST and LSUB against mailbox names: `*` stands for any characters, `%` for any but the delimiter. No
// backtracking: all the ways to match are followed at once, so a name costs pattern length × name length at most, and
// a pattern with more characters than the name none. RFC 3501 §6.3.8.

export type MailboxMatcher = (name: string) => boolean;

/** Whether a name matches one of the patterns, each with its reference put in front. INBOX matches in any case. */
export function matcherOf(patterns: readonly string[], delimiter = '/'): MailboxMatcher {
  const matchers = patterns.map((pattern) => compilePattern(pattern, delimiter));
  return (name) => matchers.some((matches) => matches(name));
}

function compilePattern(pattern: string, delimiter: string): MailboxMatcher {
  const steps = collapseWildcards(pattern);
  if (steps.length === 1 && steps[0] === '*') return () => true;
  const fixedCharacters = steps.filter((step) => step !== '*' && step !== '%').length;
  return (name) => fixedCharacters <= name.length && matches(steps, name, delimiter);
}

/** Several wildcards in a row say no more than one: `*` where there is one among them, else `%`. */
function collapseWildcards(pattern: string): string[] {
  return (pattern.match(/[*%]+|[^*%]/g) ?? []).map((step) => {
    if (step.length === 1) return step;
    return step.includes('*') ? '*' : '%';
  });
}

/** `active[i]`: the first i steps match the name so far. */
function matches(steps: readonly string[], name: string, delimiter: string): boolean {
  const isInbox = name === 'INBOX' || name.startsWith(`INBOX${delimiter}`);
  let active = new Uint8Array(steps.length + 1);
  active[0] = 1;
  passWildcards(steps, active);
  for (let i = 0; i < name.length; i++) {
    const character = name.charAt(i);
    const ignoreCase = isInbox && i < 5;
    const next = new Uint8Array(steps.length + 1);
    let alive = false;
    for (let s = 0; s < steps.length; s++) {
      if (active[s] === 0) continue;
      const step = steps[s] ?? '';
      if (step === '*' || (step === '%' && character !== delimiter)) next[s] = 1;
      else if (step === character || (ignoreCase && step.toUpperCase() === character)) next[s + 1] = 1;
      else continue;
      alive = true;
    }
    if (!alive) return false;
    passWildcards(steps, next);
    active = next;
  }
  return active[steps.length] === 1;
}

/** A wildcard also stands for nothing. */
function passWildcards(steps: readonly string[], active: Uint8Array): void {
  for (let s = 0; s < steps.length; s++) {
    if (active[s] === 1 && (steps[s] === '*' || steps[s] === '%')) active[s + 1] = 1;
  }
}
