// The first moments of a mailbox process: it gives up root, gets the user's groups, and only then loads what it is to
// run. Node's own `fork` would leave it without any group but one. Arguments: the program, the user's name, uid and gid.

/** Node has it, its types do not. */
interface WithGroups {
  initgroups(user: string, extraGroup: number): void;
}

const [program = '', user = '', uid = '', gid = ''] = process.argv.splice(2);

(process as NodeJS.Process & WithGroups).initgroups(user, Number(gid));
process.setgid?.(Number(gid));
process.setuid?.(Number(uid));
if (Number(uid) === 0 || process.getuid?.() !== Number(uid) || process.geteuid?.() !== Number(uid)) {
  throw new Error(`this process could not become ${user}`);
}
process.argv[1] = program;
await import(program);
