/** The first blocks of a Matroska file: their tracks and times. @see RFC 9559 §5.1.3, §10 (structure of blocks) */
import { cluster, elementAt } from '../containers/matroska.ts';
import { UnusualFile } from '../movie-header/picture-format.ts';
import type { RandomAccess } from '../random-access.ts';

export interface Block {
  readonly track: number;
  readonly seconds: number;
  /** Place of its first frame in the file. */
  readonly at: number;
  readonly sizeBytes: number;
  /** Laced blocks have several. */
  readonly frames: number;
}

interface Range {
  readonly at: number;
  readonly end: number;
}

const [timestamp, simpleBlock, blockGroup, block] = [0xe7, 0xa3, 0xa0, 0xa1];
/** Void, checksum, position, size of the cluster before; parts of a group: duration, reference, padding, priority, additions. */
const passed = new Set([0xec, 0xbf, 0xa7, 0xab, 0x9b, 0xfb, 0x75a2, 0xfa, 0x75a1]);
/** Behind or between clusters: table, tags, chapters, seek head, void, checksum. */
const betweenClusters = new Set([0x1c53bb6b, 0x1254c367, 0x1043a770, 0x114d9b74, 0xec, 0xbf]);
/** Elements for each frame that is asked for, at most. */
const elementsPerFrame = 8;

/** Reads blocks in the order of the file until they have so many frames. */
class BlockReader {
  readonly blocks: Block[] = [];
  private clusterTime: number | undefined;
  private elements: number;
  private readonly file: RandomAccess;
  private framesLeft: number;

  constructor(file: RandomAccess, frames: number) {
    this.file = file;
    this.framesLeft = frames;
    this.elements = 64 + elementsPerFrame * frames;
  }

  async readClusters({ at, end }: Range): Promise<void> {
    for (let next = at; next < end && this.framesLeft > 0; ) {
      const { id, ...range } = await this.element(next, end);
      if (id === cluster) {
        this.clusterTime = undefined;
        await this.readCluster(range);
      } else if (!betweenClusters.has(id)) throw new UnusualFile('an element between clusters');
      next = range.end;
    }
  }

  private async readCluster({ at, end }: Range): Promise<void> {
    for (let next = at; next < end && this.framesLeft > 0; ) {
      const { id, ...range } = await this.element(next, end);
      if (id === timestamp) this.clusterTime = await this.unsigned(range);
      else if (id === simpleBlock || id === block) await this.readBlock(range);
      else if (id === blockGroup) await this.readGroup(range);
      else if (!passed.has(id)) throw new UnusualFile('an element of a cluster');
      next = range.end;
    }
  }

  private async readGroup({ at, end }: Range): Promise<void> {
    for (let next = at; next < end && this.framesLeft > 0; ) {
      const { id, ...range } = await this.element(next, end);
      if (id === block) await this.readBlock(range);
      else if (!passed.has(id)) throw new UnusualFile('an element of a group');
      next = range.end;
    }
  }

  private async element(at: number, end: number): Promise<Range & { readonly id: number }> {
    const found = await elementAt(this.file, at);
    if (found?.end === undefined || found.end > end || this.elements-- <= 0) throw new UnusualFile('an element that is cut or open');
    return { id: found.id, at: found.bodyAt, end: found.end };
  }

  private async unsigned({ at, end }: Range): Promise<number> {
    if (end - at < 1 || end - at > 6) throw new UnusualFile('a time of no usual size');
    return (await this.file.read(at, end - at)).readUIntBE(0, end - at);
  }

  private async readBlock({ at, end }: Range): Promise<void> {
    const head = await this.file.read(at, Math.min(5, end - at));
    const track = head.readUInt8(0) - 0x80;
    if (this.clusterTime === undefined || track < 1) throw new UnusualFile('a rare block');
    const lacing = (head.readUInt8(3) >> 1) & 3;
    const frames = lacing === 0 ? 1 : head.readUInt8(4) + 1;
    const milliseconds = this.clusterTime + head.readInt16BE(1);
    this.blocks.push({ track, seconds: milliseconds / 1_000, at: at + 4, sizeBytes: end - at - 4, frames });
    this.framesLeft -= frames;
  }
}

/** @param frames that are wanted @throws UnusualFile for what ffprobe reads otherwise */
export async function blocksOf(file: RandomAccess, clusters: Range, frames: number): Promise<Block[]> {
  const reader = new BlockReader(file, frames);
  await reader.readClusters(clusters);
  return reader.blocks;
}
