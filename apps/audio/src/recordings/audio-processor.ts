/** What the audio service knows of a recording. Two providers answer alike: the plain one, and one that remembers. */
import type { RecordedAnalysis, Recording } from './recording.store.ts';

export type KnownRecording = Pick<Recording, 'sha256' | 'sizeBytes' | 'media' | 'analysis'>;

export interface AudioProcessor {
  /** Each recording is looked at once, whoever sends it. @throws Failure `file-lost`, or a `media-…` code when the bytes are not a recording that we can take */
  identify(sha256: string): Promise<KnownRecording>;
  /** The analysis and the outline, or undefined until they are there. */
  analysis(sha256: string): Promise<RecordedAnalysis | undefined>;
}
