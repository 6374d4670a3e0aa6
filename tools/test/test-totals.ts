/** The counts of one part of a run. */
export interface TestTotals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What the Jest reporter writes; a suite that does not load has no tests that could fail. */
export interface JestTotals extends TestTotals {
  readonly brokenSuites: number;
}

/**
 * Counts Jest's tests, every suite that failed to load as one failure, and Jest itself as one when it ended badly without naming a reason.
 *
 * @param written nothing when Jest died before its summary
 */
export function countJest(written: JestTotals | undefined, exitCode: number | null): TestTotals {
  if (!written) return { passed: 0, failed: 1, skipped: 0 };
  const failed = written.failed + written.brokenSuites;
  return { passed: written.passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped: written.skipped };
}

export function sum(parts: readonly TestTotals[]): TestTotals {
  const total = (key: keyof TestTotals) => parts.reduce((all, part) => all + part[key], 0);
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
}

/** The last line of a run: "12 passed, 0 failed". */
export function lastLine({ passed, failed, skipped }: TestTotals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
