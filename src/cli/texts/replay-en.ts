// English: `valija replay`.

export const replayEn = {
  'replay.description': 'judge recorded messages by another configuration: which verdicts would change, and why',
  'replay.examples': `Examples:
  valija --config new.toml replay
  valija --config new.toml replay --last 200
  valija --config new.toml replay --since 2d
Exit code 0 where no verdict would change, 65 where some would.`,
  'replay.option.last': 'how many messages, the newest (default and most: 1000)',
  'replay.option.since': 'only what came since then: 2026-11-22, 3d, 12h',
  'replay.needs-config': 'say which configuration is to be tried: valija --config NEW replay',
  'replay.nothing': 'No recorded message stood at a door in that time.',
  'replay.summary': '{messages} messages, {verdicts} verdicts: {changes} would change, {unknown} cannot be told.',
  'replay.settings': 'Settings that differ from those in force',
  'replay.no-settings': 'The configuration says the same as the one in force.',
  'replay.default': 'not written there, so its default',
  'replay.line': 'line {line}',
  'replay.changes': 'Verdicts that would change',
  'replay.unknown': 'Verdicts that cannot be told: what would be asked was not recorded',
  'replay.further': '… and {count} more',
  'replay.now': 'now',
  'replay.from': 'from',
  'replay.protocol': 'the protocol itself',
  'replay.cause': 'because of {setting}',
  'replay.since-then': 'by the settings in force, too: accounts, aliases or tables have changed since',
  'replay.cause.together': 'because of several settings together',
  'replay.cause.not-sought': 'too many changes: its cause was not looked for',
  'replay.would-ask': 'would ask {what}, which was not asked then',
  'replay.outcome.permit': 'accepted',
  'replay.outcome.reject': 'refused',
  'replay.outcome.defer': 'deferred',
  'replay.stage.connection': 'connection',
  'replay.stage.greeting': 'greeting',
  'replay.stage.sender': 'sender',
  'replay.stage.recipient': 'recipient',
  'replay.stage.data': 'DATA',
  'replay.stage.content': 'message',
};
