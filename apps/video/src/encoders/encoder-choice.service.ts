import { existsSync } from 'node:fs';
import { Inject, Injectable } from '@nestjs/common';
import { expectSuccess, runTool } from '#compute';
import { Failure } from '#contracts';
import { ffmpegTools, findEncoders } from '#media';
import { type Capability, type CapabilityProbe, Lifecycle, Log } from '#platform';
import { describeTried, ranked, type TriedEncoder } from './encoder-ranking.ts';
import { ENCODERS_CONFIG, type EncodersConfig } from './encoders.config.ts';
import { type Proofs, type RememberedProof, readProofs, writeProofs } from './proof-file.ts';
import { type Proof, proveEncoder } from './prove-encoder.ts';
import { isHardware, type VideoCodecName, type VideoEncoder, videoCodecNames, videoEncoders, x264 } from './video-encoders.ts';

/** Whether a device file is there; a spec gives another answer. */
export const HAS_DEVICE = Symbol('whether a device is there');

@Injectable() // tries the encoders of this machine once, before the first rendition, and chooses the fastest one that works
export class EncoderChoice implements CapabilityProbe {
  private readonly proofs = new Map<string, RememberedProof>();
  private tried: Promise<readonly TriedEncoder[]> | undefined;
  private known: readonly TriedEncoder[] | undefined;
  private listed: Promise<ReadonlySet<string>> | undefined;
  private version = '';

  constructor(
    @Inject(ENCODERS_CONFIG) private readonly config: EncodersConfig,
    @Inject(HAS_DEVICE) private readonly hasDevice: (path: string) => boolean,
    @Inject(Lifecycle) private readonly lifecycle: Pick<Lifecycle, 'stopping'>,
    @Inject(Log) private readonly log: Pick<Log, 'warn' | 'info'>,
  ) {}

  /**
   * The fastest encoder that works. Of H.264 x264 where none was found to, so that the job fails with ffmpeg's own words.
   *
   * @throws Failure `rendition-not-possible` where no encoder of AV1 works
   */
  async best(codec: VideoCodecName = 'h264'): Promise<VideoEncoder> {
    const tried = await this.tryAll();
    const found = ranked(tried, codec)[0]?.encoder;
    if (found) return found;
    if (codec === 'h264') return x264;
    throw new Failure('rendition-not-possible', `No AV1 encoder works here: ${describeTried(tried, codec)}.`);
  }

  /** The one that {@link best} gives, as far as they are tried; nothing is tried for it. */
  likely(codec: VideoCodecName): VideoEncoder {
    return ranked(this.known ?? [], codec)[0]?.encoder ?? videoEncoders.find((each) => each.codec === codec && !isHardware(each)) ?? x264;
  }

  /** What can be encoded here: as far as it is tried, else what ffmpeg lists. H.264 always: see {@link best}. */
  async codecs(): Promise<readonly VideoCodecName[]> {
    const tried = this.known;
    const works = tried ? (codec: VideoCodecName) => ranked(tried, codec).length > 0 : await this.lists();
    return videoCodecNames.filter((codec) => codec === 'h264' || works(codec));
  }

  private async lists(): Promise<(codec: VideoCodecName) => boolean> {
    this.listed ??= findEncoders(ffmpegTools(this.config.FFMPEG_PATH), this.lifecycle.stopping);
    const listed = await this.listed.catch(() => {
      this.listed = undefined; // ffmpeg may be repaired
      return new Set<string>();
    });
    return (codec) => videoEncoders.some((encoder) => encoder.codec === codec && listed.has(encoder.name));
  }

  /** Does not choose the encoder again for a day, in this process or, by the file, in another one. */
  async demote(encoder: VideoEncoder, reason: string): Promise<void> {
    this.log.warn({ encoder: encoder.name, reason }, 'an encoder has failed in a job; renditions use another one');
    this.remember(encoder, { works: false, reason: `failed in a job: ${reason}`.slice(0, 300) });
    this.known = (await this.tryAll()).map((each) => ({ ...each, proof: this.proofs.get(keyOf(each.encoder))?.proof ?? each.proof }));
    this.tried = Promise.resolve(this.known);
    await this.save();
  }

  /** Shown as it is known when it is asked for: the encoders are tried by the first rendition, not at the start. */
  async find(): Promise<Capability[]> {
    await this.recall().catch(() => undefined); // the check `clip` says why ffmpeg does not run
    return videoCodecNames.map((codec) => this.capabilityOf(codec));
  }

  private capabilityOf(codec: VideoCodecName): Capability {
    const name = codec === 'h264' ? 'H.264 encoders' : 'AV1 encoders';
    const known = () => this.known;
    return {
      name,
      get isPresent() {
        const tried = known();
        return tried !== undefined && ranked(tried, codec).length > 0;
      },
      get detail() {
        const tried = known();
        return tried ? describeTried(tried, codec) : 'tried before the first rendition';
      },
      get choice() {
        const tried = known();
        return codec === 'h264' && tried ? (ranked(tried, codec)[0]?.encoder.name ?? null) : null;
      },
    };
  }

  private tryAll(): Promise<readonly TriedEncoder[]> {
    this.tried ??= this.tryEach().catch((error: unknown) => {
      this.tried = undefined; // ffmpeg may be repaired
      throw error;
    });
    return this.tried;
  }

  /** One after the other, so that they do not slow each other down. */
  private async tryEach(): Promise<readonly TriedEncoder[]> {
    const signal = this.lifecycle.stopping;
    await this.recall();
    const listed = await findEncoders(ffmpegTools(this.config.FFMPEG_PATH), signal);
    const tried: TriedEncoder[] = [];
    for (const encoder of videoEncoders) tried.push({ encoder, proof: await this.proofOf(encoder, listed, signal) });
    this.known = tried;
    await this.save();
    this.log.info({ h264: describeTried(tried, 'h264'), av1: describeTried(tried, 'av1') }, 'tried the video encoders');
    return tried;
  }

  private async proofOf(encoder: VideoEncoder, listed: ReadonlySet<string>, signal: AbortSignal): Promise<Proof> {
    if (!listed.has(encoder.name)) return { works: false, reason: 'not in this ffmpeg' };
    if (encoder.device !== null && !this.hasDevice(encoder.device)) return { works: false, reason: `no ${encoder.device}` };
    const remembered = this.proofs.get(keyOf(encoder));
    if (remembered) return remembered.proof;
    const proof = await proveEncoder(this.config.FFMPEG_PATH, encoder, signal);
    this.remember(encoder, proof);
    return proof;
  }

  private remember(encoder: VideoEncoder, proof: Proof): void {
    this.proofs.set(keyOf(encoder), { proof, provenAtMs: Date.now() });
  }

  /** Reads the file once. */
  private async recall(): Promise<void> {
    const { VIDEO_ENCODERS_FILE: path, FFMPEG_PATH: command } = this.config;
    if (path === undefined || this.version !== '') return;
    const { stdout } = expectSuccess(await runTool({ command, args: ['-version'], wallClockMs: 15_000 }));
    this.version = stdout.toString().split('\n', 1)[0]!;
    const read: Proofs = await readProofs(path, this.version, Date.now());
    for (const [key, remembered] of read) this.proofs.set(key, remembered);
    const all = videoEncoders.flatMap((encoder) => {
      const proof = this.proofs.get(keyOf(encoder))?.proof;
      return proof ? [{ encoder, proof }] : [];
    });
    if (all.length > 0) this.known ??= all;
  }

  private async save(): Promise<void> {
    const { VIDEO_ENCODERS_FILE: path } = this.config;
    if (path === undefined) return;
    await writeProofs(path, this.version, this.proofs).catch((error: unknown) =>
      this.log.warn({ err: error, path }, 'failed to remember which encoders work'),
    );
  }
}

const keyOf = ({ name, device }: VideoEncoder): string => (device === null ? name : `${name} ${device}`);

export const deviceExists = (path: string): boolean => existsSync(path);
