/** Aborts a transfer below a minimum rate. Only the time spent waiting for the sender counts, not the reader's processing time. */
import { Failure } from '#contracts';

export interface SpeedFloor {
  readonly minBytesPerSecond: number;
  /** Averaging window, in waiting time. */
  readonly windowMs: number;
}

/**
 * Passes chunks through. The idle timeout handles senders that stop completely.
 *
 * @param nowMs a monotonic clock
 * @throws Failure `remote-unreachable` at the end of a window below the minimum rate
 */
export async function* aboveFloor(
  pieces: AsyncIterator<Buffer>,
  { minBytesPerSecond, windowMs }: SpeedFloor,
  nowMs: () => number = () => performance.now(),
): AsyncGenerator<Buffer, void, undefined> {
  let [waitedMs, receivedBytes] = [0, 0];
  for (;;) {
    const askedAtMs = nowMs();
    const piece = await pieces.next();
    if (piece.done) return;
    waitedMs += nowMs() - askedAtMs;
    receivedBytes += piece.value.length;
    if (waitedMs >= windowMs) {
      if (receivedBytes < (minBytesPerSecond * waitedMs) / 1_000)
        throw new Failure('remote-unreachable', `The server sends fewer than ${minBytesPerSecond} bytes per second.`);
      [waitedMs, receivedBytes] = [0, 0];
    }
    yield piece.value;
  }
}
