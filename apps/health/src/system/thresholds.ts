/** From which measured value on something counts. The alerts in deploy/prometheus/alerts.yml use the same values where both look at one thing. */
export const thresholds = {
  /** Resident memory as a share of the limit of the container. */
  memoryRatio: 0.9,
  /** 99th percentile of the delay of the event loop. */
  eventLoopDelayMs: 250,
  /** Of a service's own kinds. */
  queuedJobs: 100,
  /** A cache is too small when it drives entries out this often … */
  evictionsPerSecond: 1,
  /** … and fewer reads than this find their entry in memory. */
  cacheHitRatio: 0.9,
  /** Room in the store of files; the setting GATEWAY_BLOB_LOW_SPACE_BYTES of the gateway replaces it. */
  blobFreeBytes: 5 * 1_024 ** 3,
} as const;
