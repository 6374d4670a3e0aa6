/** What every kind of load tells of whom it was put on. */
export interface LoadFigures {
  readonly perSecond: number;
  /** Answers other than 2xx, and connections that broke. */
  readonly failed: number;
  /** Sorted, in milliseconds. */
  readonly latenciesMs: ArrayLike<number>;
}
