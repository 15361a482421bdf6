import type { Reporter } from 'vitest/node';

export default class ClosingReporter implements Reporter {}
