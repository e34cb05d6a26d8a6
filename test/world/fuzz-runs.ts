// How often a property is tried: little in a test run, as often as wished by `node test/fuzz/main.ts RUNS`.

export const FUZZ_RUNS = Number(process.env['FUZZ_RUNS'] ?? 1_000);
