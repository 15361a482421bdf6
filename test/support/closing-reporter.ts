import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

/**
 * Closes a run with what was not run, by name, and with one plain line that any program can read:
 * `120 passed, 0 failed, 3 skipped`.
 */
export default class ClosingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state);
    const skipped = inState('skipped');
    // A file that does not load, a hook that throws and an error outside of everything have no test to show for it.
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const outside = suites.reduce((sum, suite) => sum + suite.errors().length, 0) + unhandled.length;

    const lines = skipped.map((test) => `not run: ${nameOf(test)}${reasonOf(test)}`);
    const closing = `${inState('passed').length} passed, ${inState('failed').length + outside} failed`;
    const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
    // Written at the very end: Vitest prints its own summary after the reporters were told.
    process.once('exit', () => process.stdout.write(`${[...lines, closing + rest].join('\n')}\n`));
  }
}

function nameOf(test: TestCase): string {
  return `${test.project.name} › ${test.fullName.replaceAll(' > ', ' › ')}`;
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  return result.state === 'skipped' && result.note ? ` (${result.note})` : '';
}
