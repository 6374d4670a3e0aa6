/** ASF, the container of WMA: objects with GUIDs and sizes. @see Microsoft, Advanced Systems Format Specification 01.20.05 (2010) §2, §3 */
import { Failure } from '#contracts/plain';
import type { ParsingBudget } from '../parsing-budget.ts';
import type { RandomAccess } from '../random-access.ts';
import type { ContainerRange, TruncationCheck } from './container-range.ts';

const guids = {
  header: '3026b2758e66cf11a6d900aa0062ce6c',
  fileProperties: 'a1dcab8c47a9cf118ee400c00c205365',
  scriptCommand: '301afb1e620bd011a39b00a0c90348f6',
  encryption: 'fbb3112223bdd211b4b700a0c955fc6e',
  extendedEncryption: '14e68a292226174cb935dae07ee9289c',
} as const;

interface AsfObject {
  readonly guid: string;
  readonly at: number;
  readonly sizeBytes: number;
}

interface AsfReader {
  readonly file: RandomAccess;
  readonly budget: ParsingBudget;
}

const objectHeaderBytes = 24;
/** Behind the header object's own GUID and size: the number of objects and two reserved bytes. */
const firstObjectAt = 30;

async function objectAt({ file, budget }: AsfReader, at: number): Promise<AsfObject | undefined> {
  budget.spend('asfObjects');
  const header = await file.read(at, objectHeaderBytes);
  if (header.length < objectHeaderBytes) return undefined;
  const sizeBytes = Number(header.readBigUInt64LE(16));
  return sizeBytes < objectHeaderBytes ? undefined : { guid: header.toString('hex', 0, 16), at, sizeBytes };
}

/** The objects of the header; undefined where it is cut. */
async function headerObjects(reader: AsfReader, { start, end }: ContainerRange): Promise<readonly AsfObject[] | undefined> {
  const header = await objectAt(reader, start);
  if (header?.guid !== guids.header || start + header.sizeBytes > end) return undefined;
  const objects: AsfObject[] = [];
  for (let at = start + firstObjectAt; at < start + header.sizeBytes; ) {
    const object = await objectAt(reader, at);
    if (object === undefined) return undefined;
    objects.push(object);
    at += object.sizeBytes;
  }
  return objects;
}

const has = (objects: readonly AsfObject[] | undefined, ...wanted: readonly string[]) =>
  objects?.some(({ guid }) => wanted.includes(guid)) ?? false;

/** What a player must not follow, and what no decoder can read. */
export async function judgeAsf(reader: AsfReader, range: ContainerRange): Promise<'script' | 'protected' | undefined> {
  const objects = await headerObjects(reader, range);
  if (has(objects, guids.scriptCommand)) return 'script';
  return has(objects, guids.encryption, guids.extendedEncryption) ? 'protected' : undefined;
}

const propertiesBytes = 104;
const broadcast = 1;
/** Encoders write hundreds of bytes; each packet costs the demultiplexer time. */
const leastPacketBytes = 64;

/** The file must have the size that its properties say, unless it was recorded from a broadcast. */
export const missingFromAsf: TruncationCheck = async (file, range, budget) => {
  const objects = await headerObjects({ file, budget }, range);
  const properties = objects?.find(({ guid }) => guid === guids.fileProperties);
  if (properties === undefined) return 'its header is cut';
  const fields = await file.read(properties.at, propertiesBytes);
  if (fields.length < propertiesBytes) return 'its header is cut';
  if (fields.readUInt32LE(92) < leastPacketBytes) throw new Failure('media-undecodable', 'The file consists of too small ASF packets.');
  if (fields.readUInt32LE(88) & broadcast) return undefined;
  const missing = Number(fields.readBigUInt64LE(40)) - (range.end - range.start);
  return missing > 0 ? `${missing} bytes are missing` : undefined;
};
