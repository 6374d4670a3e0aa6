import { outputPipe } from '../run-ffmpeg.ts';

/**
 * Output `index` of ffmpeg as fragmented MP4 of sound alone. Sound is always encoded from its beginning: `delay_moov` writes the edit list after the
 * first packets are known, so that it names the samples that the encoder has put in front, and a player leaves them out. With `frag_discont` the time
 * of the first fragment would be before 0, which its field cannot hold.
 */
export const soundMp4 = (index: number): string[] => ['-f', 'mp4', '-movflags', '+dash+delay_moov+skip_trailer', outputPipe(index)];
