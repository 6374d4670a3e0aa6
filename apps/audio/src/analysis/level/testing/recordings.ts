/** Recordings for comparing meters, as filter graphs of ffmpeg's lavfi sources. */
export interface Recording {
  readonly name: string;
  /** A filter graph without an input. */
  readonly graph: string;
  /** Output options: sample format, codec. */
  readonly encode?: readonly string[];
  readonly extension?: string;
}

const noise = (color: string, rate: number, seconds: number, amplitude: number) =>
  `anoisesrc=c=${color}:r=${rate}:d=${seconds}:a=${amplitude}:s=7`;
const expression = (channels: readonly string[], rate: number, seconds: number) => `aevalsrc=${channels.join('|')}:s=${rate}:d=${seconds}`;
const stereoNoise = (rate: number, seconds: number) =>
  `${noise('pink', rate, seconds, 0.5)}[a];${noise('white', rate, seconds, 0.2)}[b];[a][b]join=inputs=2:channel_layout=stereo`;
const beat = 'exp(-8*mod(t\\,0.5))';
const song = [
  `0.6*${beat}*sin(2*PI*60*t)+0.15*sin(2*PI*440*t)+0.1*sin(2*PI*3520*t)*exp(-20*mod(t\\,0.25))`,
  `0.6*${beat}*sin(2*PI*60*t)+0.15*sin(2*PI*554*t)+0.05*(random(0)-0.5)`,
];
const float = ['-c:a', 'pcm_f32le'];

export const recordings: readonly Recording[] = [
  { name: 'a stereo sine at -23 dBFS', graph: expression(['0.0708*sin(2*PI*1000*t)', '0.0708*sin(2*PI*1000*t)'], 48_000, 12) },
  { name: 'a mono sine at 44.1 kHz', graph: expression(['0.5*sin(2*PI*997*t)'], 44_100, 12) },
  { name: 'white noise, mono', graph: noise('white', 44_100, 12, 0.5), encode: float },
  { name: 'pink noise, mono, 48 kHz', graph: noise('pink', 48_000, 12, 0.8), encode: float },
  { name: 'two unlike noises, stereo', graph: stereoNoise(44_100, 12), encode: float },
  { name: 'noise at 8 kHz', graph: noise('pink', 8_000, 12, 0.7) },
  { name: 'noise at 11.025 kHz', graph: noise('white', 11_025, 12, 0.3) },
  { name: 'a song at 16 kHz', graph: expression(song, 16_000, 12) },
  { name: 'a song at 22.05 kHz', graph: expression(song, 22_050, 12) },
  { name: 'a song at 32 kHz', graph: expression(song, 32_000, 12) },
  { name: 'a song at 44.1 kHz', graph: expression(song, 44_100, 20) },
  { name: 'a song at 88.2 kHz', graph: expression(song, 88_200, 11), encode: float },
  { name: 'a song at 96 kHz', graph: expression(song, 96_000, 11), encode: float },
  { name: 'noise at 192 kHz', graph: noise('pink', 192_000, 11, 0.5), encode: float },
  { name: 'peaks between the samples', graph: expression(['0.9*sin(PI/2*n+PI/4)'], 48_000, 11), encode: float },
  { name: 'peaks between the samples at 44.1 kHz', graph: expression(['0.9*sin(2*PI*11025*t+0.8)', '0'], 44_100, 11), encode: float },
  { name: 'peaks above full scale', graph: expression(['1.6*sin(2*PI*440*t)'], 48_000, 11), encode: float },
  { name: 'a clipped song', graph: `${expression(song, 44_100, 12)},volume=12dB`, encode: ['-c:a', 'pcm_s16le'] },
  { name: 'a very quiet song', graph: `${expression(song, 44_100, 12)},volume=-40dB`, encode: ['-c:a', 'pcm_s24le'] },
  { name: 'a song with long silences', graph: `${expression(song, 44_100, 30)},volume='if(lt(mod(t\\,10)\\,4)\\,1\\,0)':eval=frame` },
  { name: 'a song that grows', graph: `${expression(song, 48_000, 30)},volume='0.02+t/32':eval=frame` },
  { name: 'loud and soft by turns', graph: `${expression(song, 48_000, 40)},volume='if(lt(mod(t\\,16)\\,8)\\,0.9\\,0.1)':eval=frame` },
  { name: '8-bit mono', graph: noise('brown', 22_050, 12, 0.9), encode: ['-c:a', 'pcm_u8'] },
  { name: 'half a second', graph: expression(song, 44_100, 0.5) },
  {
    name: '5.1 with a loud low-frequency channel',
    graph: `aevalsrc=${['0.1', '0.12', '0.2', '0.9', '0.3', '0.25'].map((a, k) => `${a}*sin(2*PI*${200 + 170 * k}*t)`).join('|')}:s=48000:d=12:c=5.1`,
  },
  {
    name: '5.1 of noise at 96 kHz',
    graph: `${noise('pink', 96_000, 11, 0.5)},pan=5.1|FL=c0|FR=0.5*c0|FC=0.3*c0|LFE=c0|BL=0.7*c0|BR=0.2*c0`,
    encode: float,
  },
  { name: 'quadraphony', graph: `${noise('pink', 44_100, 11, 0.5)},pan=quad|FL=c0|FR=0.5*c0|BL=0.7*c0|BR=0.2*c0` },
  { name: 'a song as MP3', graph: expression(song, 44_100, 20), encode: ['-c:a', 'libmp3lame', '-b:a', '128k'], extension: 'mp3' },
  { name: 'a song as Opus', graph: expression(song, 48_000, 20), encode: ['-c:a', 'libopus', '-b:a', '96k'], extension: 'opus' },
  { name: 'a song as AAC', graph: expression(song, 44_100, 20), encode: ['-c:a', 'aac', '-b:a', '128k'], extension: 'm4a' },
];
