// English texts of `valija doctor`.

export const doctorEn = {
  'doctor.description': 'examine the server and its surroundings: what is wrong, why it matters, what to do',
  'doctor.examples': `Examples:
  valija doctor                    all of it, beside a running server or without one
  valija doctor --fix              and set right what can be without harm: modes, owners
  valija doctor --quiet            only what somebody should look at
  valija doctor --no-network       ask nobody else: no DNS, no block lists, no server of time
  valija doctor --json             for programs

Exit code: 0 all is well, 1 somebody should look, 2 something is wrong.`,
  'doctor.option.fix': 'change modes and owners that are wrong, and say so',
  'doctor.option.quiet': 'leave out what is well',
  'doctor.option.no-network': 'ask nobody else',
  'doctor.progress': 'looking at {what} …',
  'doctor.level.green': 'fine',
  'doctor.level.unchecked': 'open',
  'doctor.level.amber': 'look',
  'doctor.level.red': 'WRONG',
  'doctor.why': 'why:',
  'doctor.fix': 'do:',
  'doctor.mended.mode': 'mended: {path} has mode {mode}',
  'doctor.mended.owner': 'mended: {path} belongs to {owner}',
  'doctor.mended.owners': 'mended: {count} files and folders below {path} belong to {owner}',
  'doctor.not-mended.owners': 'not mended: {count} more files and folders below {path} do not belong to {owner}',
  'doctor.not-mended': 'not mended: {path}: {reason}',
  'doctor.summary.green': 'All is well.',
  'doctor.summary.amber': '{amber} to look at.',
  'doctor.summary.red': '{red} wrong, {amber} to look at.',
};
