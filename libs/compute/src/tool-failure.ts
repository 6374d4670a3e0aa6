import { Failure, type FailureCode } from '#contracts/plain';

export type ToolEnd = 'exit' | 'timeout' | 'cancelled' | 'output-limit' | 'not-started';

/** A child process that failed, with the last lines of its stderr for the job's record and the log. */
export class ToolFailure extends Failure {
  readonly end: ToolEnd;
  readonly stderrTail: readonly string[];
  readonly exitCode: number | null;
  readonly killedBy: NodeJS.Signals | null;

  constructor(code: FailureCode, message: string, details: ToolFailureDetails) {
    super(code, message, { cause: details.cause });
    this.end = details.end;
    this.stderrTail = details.stderrTail ?? [];
    this.exitCode = details.exitCode ?? null;
    this.killedBy = details.killedBy ?? null;
  }
}

export interface ToolFailureDetails {
  readonly end: ToolEnd;
  readonly stderrTail?: readonly string[];
  readonly exitCode?: number | null;
  readonly killedBy?: NodeJS.Signals | null;
  readonly cause?: unknown;
}
