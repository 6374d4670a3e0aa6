/** Renditions of files made on the fly, for specs. */
import { mkdir } from 'node:fs/promises';
import { runTool } from '#compute';
import type { AudioFormat, CompressionLevel } from '#contracts';
import { type MediaCorpus, makeMediaCorpus, mediaTools } from '#testing';
import { inspectMedia } from '../../media/inspect-media.ts';
import { type EncodedFile, encodeRenditions, measureLoudness, type OpenedSource, openSource } from '../encode-rendition.ts';

export const encodeOptions = { tools: mediaTools, timeoutMs: 60_000 };

export class RenditionFixture {
  readonly corpus: MediaCorpus;

  private constructor(corpus: MediaCorpus) {
    this.corpus = corpus;
  }

  static async open(): Promise<RenditionFixture> {
    return new RenditionFixture(await makeMediaCorpus());
  }

  /** Runs ffmpeg with these arguments; the last one is the name of the file. */
  async source(...args: string[]): Promise<OpenedSource> {
    return this.openFile(await this.corpus.make(...args));
  }

  async openFile(path: string): Promise<OpenedSource> {
    return openSource(path, await inspectMedia(path, { ffprobePath: mediaTools.ffprobePath }), encodeOptions);
  }

  async encode(source: OpenedSource, level: CompressionLevel, format: AudioFormat, normalize = false): Promise<EncodedFile> {
    const [file] = await this.encodeLevels(source, [level], format, normalize);
    return file!;
  }

  /** In one run. */
  async encodeLevels(
    source: OpenedSource,
    levels: readonly CompressionLevel[],
    format: AudioFormat,
    normalize = false,
  ): Promise<EncodedFile[]> {
    const folder = this.corpus.path(`${levels.join('+')}-${format}-${normalize}`);
    await mkdir(folder, { recursive: true });
    const loudness = normalize ? await measureLoudness(source, encodeOptions) : undefined;
    return encodeRenditions(source, { levels, format, loudness, folder }, encodeOptions);
  }
}

export async function ffprobe(path: string, entries: string): Promise<string> {
  const args = ['-v', 'error', '-show_entries', entries, '-of', 'default=nw=1', path];
  return (await runTool({ command: mediaTools.ffprobePath, args, wallClockMs: 20_000 })).stdout.toString();
}
