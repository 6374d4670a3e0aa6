/** What is kept of every frame of a video: a few numbers each, in typed arrays that grow. */

export const frameMeasures = [
  /** Mean luma in [0, 255]. */
  'brightness',
  /** Standard deviation of luma. */
  'contrast',
  /** Share of black pixels in [0, 1]. */
  'blackShare',
  /** Variance of the Laplacian of luma. */
  'sharpness',
  /** Difference from the frame before, in levels. */
  'change',
  /** 1 where nothing moves since the first frame of the stillness, else 0. */
  'still',
] as const;
export type FrameMeasure = (typeof frameMeasures)[number];
export type FrameMeasures = Readonly<Record<FrameMeasure, number>>;

/** Numbers by frame. Times are added apart, because they come from ffmpeg on another pipe. */
export class FrameSeries {
  length = 0;
  private readonly columns = frameMeasures.map(() => new GrowingFloats());
  private readonly times = new GrowingFloats();

  push(measures: FrameMeasures): void {
    for (const [index, name] of frameMeasures.entries()) this.columns[index]!.push(measures[name]);
    this.length++;
  }

  pushTime(seconds: number): void {
    this.times.push(seconds);
  }

  of(measure: FrameMeasure): Float32Array {
    return this.columns[frameMeasures.indexOf(measure)]!.values(this.length);
  }

  /**
   * Seconds from the beginning, never falling. A frame without a time follows the one before at the usual distance.
   * @param usualSeconds distance of frames
   */
  timesWith(usualSeconds: number): Float64Array {
    const known = this.times.values(Math.min(this.length, this.times.length));
    const seconds = new Float64Array(this.length);
    for (let at = 0; at < seconds.length; at++) {
      const before = at === 0 ? 0 : seconds[at - 1]!;
      seconds[at] = at < known.length ? Math.max(before, known[at]!) : before + (at === 0 ? 0 : usualSeconds);
    }
    return seconds;
  }
}

/** Single precision holds milliseconds exactly for 4 hours and to 4 ms for 18 hours. */
class GrowingFloats {
  length = 0;
  private store = new Float32Array(1_024);

  push(value: number): void {
    if (this.length === this.store.length) {
      const larger = new Float32Array(2 * this.store.length);
      larger.set(this.store);
      this.store = larger;
    }
    this.store[this.length++] = value;
  }

  values(length: number): Float32Array {
    return this.store.subarray(0, length);
  }
}
