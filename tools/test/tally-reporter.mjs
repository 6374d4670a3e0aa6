import { renameSync, writeFileSync } from 'node:fs';

/** Writes down how the run went, for the command that started Jest. */
export default class TallyReporter {
  onRunComplete(_contexts, results) {
    const file = process.env.RAFAGA_TEST_TALLY;
    const tally = {
      passed: results.numPassedTests,
      failed: results.numFailedTests,
      skipped: results.numPendingTests + results.numTodoTests,
      brokenSuites: results.numRuntimeErrorTestSuites,
    };
    writeFileSync(`${file}.draft`, JSON.stringify(tally));
    renameSync(`${file}.draft`, file);
  }
}
