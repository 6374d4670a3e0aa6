import { renameSync, writeFileSync } from 'node:fs';

/** Writes the totals of the run into a file, for the command that started Jest. */
export default class TotalsReporter {
  onRunComplete(_contexts, results) {
    const file = process.env.RAFAGA_TEST_TOTALS;
    const totals = {
      passed: results.numPassedTests,
      failed: results.numFailedTests,
      skipped: results.numPendingTests + results.numTodoTests,
      brokenSuites: results.numRuntimeErrorTestSuites,
    };
    writeFileSync(`${file}.draft`, JSON.stringify(totals));
    renameSync(`${file}.draft`, file);
  }
}
