// Loaded before each test file. When all has been done and told, the process goes without putting its parts away first: Node
// can wait there for ever for a write to a connection that is gone. Nothing is cut off: whoever still holds something open
// is waited for.

process.once('beforeExit', () => {
  process.on('exit', () => process.exit());
});
