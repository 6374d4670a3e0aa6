/** A sound file that nobody else has: a tone of two seconds whose pitch is chosen by chance. WAV, mono, 16 bits, 8 kHz. */
const rateHz = 8_000;
const seconds = 2;

export function shortTone(random: () => number = Math.random): Buffer {
  const [hz, samples] = [200 + 600 * random(), rateHz * seconds];
  const file = Buffer.alloc(44 + 2 * samples);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + 2 * samples, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rateHz, 24);
  file.writeUInt32LE(2 * rateHz, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(2 * samples, 40);
  for (let at = 0; at < samples; at++) file.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * hz * at) / rateHz)), 44 + 2 * at);
  return file;
}
