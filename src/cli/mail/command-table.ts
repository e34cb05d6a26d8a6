// The commands, in bsd-mailx's order: a word means the first that begins with it.

import type { Action, Command, Mark } from './command.ts';
import * as answering from './commands/answering.ts';
import * as deciding from './commands/deciding.ts';
import * as folder from './commands/folder.ts';
import * as listing from './commands/listing.ts';
import * as programs from './commands/programs.ts';
import * as saving from './commands/saving.ts';
import * as settings from './commands/settings.ts';
import * as showing from './commands/showing.ts';
import { readCommandsOf } from './read-commands.ts';

const list: Action = {
  kind: 'nothing',
  run(session) {
    folder.listCommands(
      session,
      COMMANDS.map(({ name }) => name),
    );
    return 'done';
  },
};

const source: Action = {
  kind: 'words',
  least: 1,
  most: 1,
  run: (session, [name = '']) => readCommandsOf(session, name),
};

export const COMMANDS: readonly Command[] = [
  command('next', showing.next),
  command('alias', settings.alias, 'while-sending'),
  command('print', showing.type),
  command('type', showing.type),
  command('Type', showing.typeWhole),
  command('Print', showing.typeWhole),
  command('visual', programs.visual, 'not-in-files'),
  command('top', showing.top),
  command('touch', deciding.touch, 'changes-folder'),
  command('preserve', deciding.preserve, 'changes-folder'),
  command('delete', deciding.remove, 'changes-folder', 'autoprints'),
  command('dp', deciding.removeAndShow, 'changes-folder'),
  command('dt', deciding.removeAndShow, 'changes-folder'),
  command('undelete', deciding.restore, 'autoprints'),
  command('unset', settings.unset, 'while-sending'),
  command('mail', answering.mail, 'not-while-writing', 'while-sending', 'not-in-files'),
  command('mbox', deciding.toMbox, 'changes-folder'),
  command('pipe', showing.pipe),
  command('|', showing.pipe),
  command('more', showing.more),
  command('page', showing.more),
  command('More', showing.moreWhole),
  command('Page', showing.moreWhole),
  command('unread', deciding.unread),
  command('Unread', deciding.unread),
  command('!', programs.shellCommand, 'not-in-files'),
  command('copy', saving.copy, 'while-sending'),
  command('chdir', programs.changeFolder, 'while-sending'),
  command('cd', programs.changeFolder, 'while-sending'),
  command('save', saving.save),
  command('source', source, 'while-sending'),
  command('set', settings.set, 'while-sending'),
  command('shell', programs.shell, 'not-in-files'),
  command('version', folder.version, 'while-sending'),
  command('group', settings.alias, 'while-sending'),
  command('write', saving.write),
  command('from', listing.from),
  command('file', folder.folder, 'not-counted', 'while-sending', 'not-while-writing'),
  command('folder', folder.folder, 'not-counted', 'while-sending', 'not-while-writing'),
  command('folders', programs.folders, 'not-counted', 'while-sending'),
  command('?', folder.help, 'while-sending'),
  command('z', listing.scroll, 'while-sending'),
  command('headers', listing.headers),
  command('help', folder.help, 'while-sending'),
  command('=', listing.showDot),
  command('Reply', answering.replyToSender, 'not-while-writing', 'not-in-files'),
  command('Respond', answering.replyToSender, 'not-while-writing', 'not-in-files'),
  command('reply', answering.reply, 'not-while-writing', 'not-in-files'),
  command('respond', answering.reply, 'not-while-writing', 'not-in-files'),
  command('edit', programs.edit, 'not-in-files'),
  command('echo', folder.echo, 'while-sending'),
  command('quit', folder.quit),
  command('list', list, 'while-sending'),
  command('xit', folder.exit, 'while-sending'),
  command('exit', folder.exit, 'while-sending'),
  command('size', listing.size),
  command('hold', deciding.preserve, 'changes-folder'),
  command('if', settings.begin, 'whatever-if-says', 'while-sending'),
  command('else', settings.otherwise, 'whatever-if-says', 'while-sending'),
  command('endif', settings.end, 'whatever-if-says', 'while-sending'),
  command('alternates', settings.alternates, 'while-sending'),
  command('ignore', settings.ignore, 'while-sending'),
  command('discard', settings.ignore, 'while-sending'),
  command('retain', settings.retain, 'while-sending'),
  command('saveignore', settings.saveIgnore, 'while-sending'),
  command('savediscard', settings.saveIgnore, 'while-sending'),
  command('saveretain', settings.saveRetain, 'while-sending'),
  command('#', folder.remark, 'while-sending'),
  command('inc', folder.incorporate, 'not-counted'),
  command('new', deciding.markNew),
  command('unalias', settings.unalias, 'while-sending'),
];

function command(name: string, action: Action, ...marks: readonly Mark[]): Command {
  return { name, marks, action };
}
