import { defineConfig } from 'vitest/config';

/** The four kinds of tests, with patience for a machine that does much else; `npx vitest run --project unit` runs one kind, `npx vitest run src/lib` one folder. */
const PROJECTS = [
  { name: 'unit', include: ['src/**/*.test.ts', 'web/**/*.test.{ts,tsx}'], testTimeout: 20_000 },
  { name: 'contracts', include: ['test/*.test.ts', 'test/contracts/**/*.test.ts'], testTimeout: 60_000 },
  { name: 'scenarios', include: ['test/scenarios/**/*.test.ts'], testTimeout: 120_000 },
  { name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 180_000 },
];

export default defineConfig({
  test: {
    pool: 'forks',
    // Two at a time also on a large machine: several tests start real servers, browsers and processes of their own.
    maxWorkers: 2,
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
