// How long something took, for tests that prove that work is linear: what this thread computed, in milliseconds. The hour
// would count what else the machine does.

export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
