/** What ffmpeg sees in a picture. */
import { expectSuccess, runTool } from '#compute';
import { mediaTools, type VideoCorpus } from '#testing';

/** Codec and size of a picture, and the mean of its luma. */
export async function look(corpus: VideoCorpus, bytes: Buffer): Promise<{ readonly size: string; readonly luma: number }> {
  const path = await corpus.write('picture', bytes);
  const [probed, grey] = await Promise.all([
    runTool({
      command: mediaTools.ffprobePath,
      args: ['-v', 'error', '-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0', path],
      wallClockMs: 30_000,
    }),
    runTool({
      command: mediaTools.ffmpegPath,
      args: ['-v', 'error', '-i', path, '-vf', 'scale=1:1:flags=area,format=gray', '-f', 'rawvideo', 'pipe:1'],
      wallClockMs: 30_000,
    }),
  ]);
  return { size: expectSuccess(probed).stdout.toString().trim(), luma: expectSuccess(grey).stdout[0]! };
}
