/** Mixes sounds into a buffer of fixed length; samples outside the buffer are dropped. */
export class Mix {
  readonly samples: Float32Array;
  readonly sampleRateHz: number;

  constructor(durationSeconds: number, sampleRateHz: number) {
    this.samples = new Float32Array(Math.round(durationSeconds * sampleRateHz));
    this.sampleRateHz = sampleRateHz;
  }

  add(sound: Float32Array, atSeconds = 0, gain = 1): void {
    const start = Math.round(atSeconds * this.sampleRateHz);
    const end = Math.min(sound.length, this.samples.length - start);
    for (let i = Math.max(0, -start); i < end; i++) this.samples[start + i]! += sound[i]! * gain;
  }

  /** Scales the buffer so that its loudest sample is `peak`; silence is unchanged. */
  normalize(peak = 0.9): Float32Array {
    const loudest = this.samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    if (loudest > 0) for (let i = 0; i < this.samples.length; i++) this.samples[i]! *= peak / loudest;
    return this.samples;
  }
}
