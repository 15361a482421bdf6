import { defineConfig } from 'vitest/config';

/** The four kinds of tests, with patience for a machine that does much else; `npx vitest run --project unit` runs one kind, `npx vitest run src/lib` one folder. */
const PROJECTS = [
  { name: 'unit', include: ['src/**/*.test.ts', 'web/**/*.test.{ts,tsx}'], testTimeout: 20_000 },
  { name: 'contracts', include: ['test/*.test.ts', 'test/contracts/**/*.test.ts'], testTimeout: 60_000 },
  { name: 'scenarios', include: ['test/scenarios/**/*.test.ts'], testTimeout: 120_000 },
  { name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 180_000 },
];

/**
 * Node strips types with a WebAssembly module that all threads of a process share, and V8 (Node 24.21) can crash (SIGSEGV) where a thread has the module's
 * calls compiled anew after their thousandth while another thread ends. No call is compiled anew with a budget that is never used up.
 */
const NO_WRAPPER_TIER_UP = '--wasm-wrapper-tiering-budget=2147483647';

export default defineConfig({
  test: {
    pool: 'forks',
    execArgv: [NO_WRAPPER_TIER_UP],
    // Three at a time, also on a large machine: several tests start real servers, browsers and processes of their own. Most of them wait for something half of the time.
    maxWorkers: 3,
    // What is awaited by its state has the same patience as all else: a second is nothing to a machine that does much else.
    expect: { poll: { timeout: 15_000 } },
    reporters: ['default', './test/support/closing-reporter.ts'],
    projects: PROJECTS.map((project) => ({
      extends: true as const,
      test: {
        ...project,
        hookTimeout: project.testTimeout,
        teardownTimeout: 10_000,
        unstubEnvs: true,
        restoreMocks: true,
      },
    })),
  },
});
