/** Ends a transfer whose sender is slower than a floor. Only waiting for the sender counts, not what the reader does with the bytes. */
import { Failure } from '#contracts';

export interface SpeedFloor {
  readonly minBytesPerSecond: number;
  /** The average is taken over this much waiting. */
  readonly windowMs: number;
}

/**
 * Passes pieces on as they arrive. A sender that stops altogether is the idle timeout's business.
 *
 * @param nowMs a monotonic clock
 * @throws Failure `remote-unreachable` at the end of a window in which fewer bytes came than the floor demands
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
