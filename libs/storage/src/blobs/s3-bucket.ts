/** The bucket operations of a blob store: adds the key prefix and maps S3 errors to failures. */
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { isMissing, s3Failure } from './s3-failures.ts';

export interface ObjectStat {
  readonly sizeBytes: number;
  /** By the clock of the store; a HEAD request returns whole seconds. */
  readonly storedAtMs: number;
}

const partBytes = 8 * 1_024 * 1_024;
const partsAtOnce = 2;

export class S3Bucket {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  /** @param prefix of every key: empty, or ending with a slash */
  constructor(client: S3Client, bucket: string, prefix: string) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  stat(key: string): Promise<ObjectStat | undefined> {
    return this.#orMissing(async () => {
      const { ContentLength = 0, LastModified } = await this.#client.send(new HeadObjectCommand(this.#at(key)));
      return { sizeBytes: ContentLength, storedAtMs: LastModified?.getTime() ?? 0 };
    });
  }

  /** @param range both ends included; default: the whole object */
  read(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable | undefined> {
    return this.#orMissing(async () => {
      const Range = range && `bytes=${range.start}-${range.end}`;
      const { Body } = await this.#client.send(new GetObjectCommand({ ...this.#at(key), Range }));
      return Body instanceof Readable ? Body : Readable.from([]);
    });
  }

  async put(key: string, bytes: Uint8Array, signal?: AbortSignal | undefined): Promise<void> {
    const command = new PutObjectCommand({ ...this.#at(key), Body: bytes, ContentLength: bytes.byteLength });
    await this.#orFailure(this.#client.send(command, signal ? { abortSignal: signal } : {}));
  }

  /** In parts of 8 MiB, two at a time; what arrived of an upload whose source breaks (or is aborted) is removed before this throws. */
  async putStream(key: string, source: Readable): Promise<void> {
    const params = { ...this.#at(key), Body: source };
    const upload = new Upload({ client: this.#client, params, partSize: partBytes, queueSize: partsAtOnce, leavePartsOnError: false });
    await this.#orFailure(upload.done());
  }

  /** Returns false when `from` does not exist. */
  async copy(from: string, to: string): Promise<boolean> {
    const CopySource = encodeURI(`${this.#bucket}/${this.#prefix}${from}`);
    const command = new CopyObjectCommand({ ...this.#at(to), CopySource });
    return (await this.#orMissing(() => this.#client.send(command))) !== undefined;
  }

  async delete(key: string): Promise<void> {
    await this.#orFailure(this.#client.send(new DeleteObjectCommand(this.#at(key))));
  }

  async *list(folder: string): AsyncGenerator<ObjectStat & { readonly name: string }> {
    const under = `${this.#prefix}${folder}/`;
    for (let ContinuationToken: string | undefined, more = true; more; ) {
      const command = new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: under, ContinuationToken });
      const page = await this.#orFailure(this.#client.send(command));
      for (const { Key = '', Size = 0, LastModified } of page.Contents ?? [])
        yield { name: Key.slice(under.length), sizeBytes: Size, storedAtMs: LastModified?.getTime() ?? 0 };
      ContinuationToken = page.NextContinuationToken;
      more = page.IsTruncated === true;
    }
  }

  #at(key: string) {
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  async #orMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
    return this.#orFailure(
      work().catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      }),
    );
  }

  async #orFailure<T>(outcome: Promise<T>): Promise<T> {
    try {
      return await outcome;
    } catch (error) {
      throw s3Failure(error);
    }
  }
}
