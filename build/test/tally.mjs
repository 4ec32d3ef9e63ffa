import { readFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/**
 * Reads Vitest's JSON report. A run that went wrong without a failed test (a crash, an error outside a test, no test found)
 * counts as one failure.
 * @param {string} reportPath @param {boolean} ranWell
 * @returns {Tally}
 */
export function tallyOf(reportPath, ranWell) {
  const report = readReport(reportPath);
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = report;
  const isSound = ranWell && report.success && passed + numFailedTests > 0;
  return {
    passed,
    failed: isSound ? numFailedTests : Math.max(1, numFailedTests),
    skipped: numPendingTests + numTodoTests,
  };
}

/** @param {string} path */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** The line that a machine reads. @param {Tally} tally */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
