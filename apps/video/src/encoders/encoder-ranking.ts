/** Which encoder renditions use, out of what is known of each. */
import type { Proof } from './prove-encoder.ts';
import type { VideoCodecName, VideoEncoder } from './video-encoders.ts';

export interface TriedEncoder {
  readonly encoder: VideoEncoder;
  readonly proof: Proof;
}

/** Those that work, the fastest first. */
export const ranked = (tried: readonly TriedEncoder[], codec: VideoCodecName): readonly TriedEncoder[] =>
  tried.filter(({ encoder, proof }) => encoder.codec === codec && proof.works).sort((a, b) => speedOf(b.proof) - speedOf(a.proof));

const speedOf = (proof: Proof): number => (proof.works ? proof.framesPerSecond : 0);

/** For operators: `h264_nvenc 900 frames/s, libx264 210 frames/s; not h264_vaapi: no /dev/dri/renderD128`. */
export function describeTried(tried: readonly TriedEncoder[], codec: VideoCodecName): string {
  const working = ranked(tried, codec).map(({ encoder, proof }) => `${encoder.name} ${speedOf(proof)} frames/s`);
  const broken = tried.flatMap(({ encoder, proof }) =>
    encoder.codec === codec && !proof.works ? [`${encoder.name}: ${proof.reason}`] : [],
  );
  return [working.join(', ') || 'none', ...(broken.length > 0 ? [`not ${broken.join(', ')}`] : [])].join('; ');
}
