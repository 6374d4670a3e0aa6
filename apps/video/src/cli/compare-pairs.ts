/** What `video:compare` prints for a pair of files. */
import { type Comparison, compareFingerprints } from '../look-alikes/compare-fingerprints.ts';
import { decodeFingerprint, type Fingerprint } from '../look-alikes/fingerprint.ts';
import { type AnalyzeFileOptions, analyzeFile } from './analyze-file.ts';

export interface ComparisonLine extends Comparison {
  /** Why a file is refused; absent when both are taken. */
  readonly problem?: { readonly file: string; readonly code: string; readonly detail: string };
}

type Read = { readonly print: Fingerprint } | { readonly problem: NonNullable<ComparisonLine['problem']> };

/** Fingerprints of so many files are kept: the latest. */
const mostKept = 2_000;

/** Reads each file once, however many pairs it is in. */
export class PairComparer {
  private readonly known = new Map<string, Read>();
  private readonly options: AnalyzeFileOptions;

  constructor(options: AnalyzeFileOptions) {
    this.options = options;
  }

  /** @throws Failure `service-unavailable` when ffmpeg or ffprobe cannot run; `cancelled` */
  async compare(a: string, b: string): Promise<ComparisonLine> {
    const [first, second] = [await this.read(a), await this.read(b)];
    if ('problem' in first) return refused(first.problem);
    if ('problem' in second) return refused(second.problem);
    return compareFingerprints(first.print, second.print);
  }

  private async read(file: string): Promise<Read> {
    const known = this.known.get(file);
    if (known) return known;
    const { fingerprint, problem } = await analyzeFile(file, this.options);
    const read: Read =
      fingerprint === null || problem !== null
        ? { problem: { file, ...(problem ?? { code: 'media-undecodable', detail: 'The file cannot be read.' }) } }
        : { print: decodeFingerprint(Buffer.from(fingerprint, 'base64')) };
    if (this.known.size >= mostKept) this.known.delete(this.known.keys().next().value!);
    this.known.set(file, read);
    return read;
  }
}

const refused = (problem: NonNullable<ComparisonLine['problem']>): ComparisonLine => ({ similarity: 0, same: false, spans: [], problem });
