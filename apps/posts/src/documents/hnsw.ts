/**
 * Approximate index of vectors: a hierarchical navigable small world graph over 16-bit numbers, in a file. It needs native code.
 *
 * @see Malkov, Yashunin 2018, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable Small World graphs"
 */
import { recallOf, type SampledVector } from './hnsw-recall.ts';
import { loadUsearch } from './nearest.ts';
import { recordsOf } from './vector-records.ts';

type Usearch = NonNullable<Awaited<ReturnType<typeof loadUsearch>>>;

/** 32 links a vector: on 10,000 texts of random words 128 visited candidates find 0.97 of the neighbours, with 16 links 0.86 at the same speed. */
const graph = { connectivity: 32, expansion_add: 128, multi: false };
/** Candidates that a search visits: the first that reaches the recall is the one of the index. */
const expansions = [128, 256, 512, 1_024];
const wantedRecall = 0.97;
/** Questions with which the recall is measured, and how many neighbours of each. */
const samples = 100;
const sampleNeighbours = 10;

export interface HnswMatches {
  /** Numbers of documents, the most similar first. */
  readonly numbers: Float64Array;
  /** As 16-bit numbers give them: whoever ranks the matches compares them again. */
  readonly similarities: Float32Array;
}

/** @param asked as many numbers as the vectors of the index have */
type SearchHnsw = (asked: Float32Array, limit: number) => HnswMatches;

export interface BuiltHnsw {
  /** Share of the true nearest neighbours that a search finds, 0 to 1, over a sample; of equally similar ones each counts. */
  readonly recall: number;
  /** Candidates that a search has to visit for this recall. */
  readonly expansion: number;
}

/** Matches to ask for, so that the nearest `limit` are among them: some are deleted or have another order by exact similarity. */
export const candidatesFor = (limit: number): number => 2 * limit + 20;

/** @throws Error without native code */
async function requireUsearch(): Promise<Usearch> {
  const usearch = await loadUsearch();
  if (!usearch) throw new Error('usearch has no build for this platform');
  return usearch;
}

const newIndex = ({ Index, MetricKind, ScalarKind }: Usearch, dimensions: number, expansion: number) =>
  new Index({ ...graph, dimensions, expansion_search: expansion, metric: MetricKind.IP, quantization: ScalarKind.F16 });

/** Maps the index of a file: only what is searched is read. */
export async function openHnsw(path: string, dimension: number, expansion: number): Promise<SearchHnsw> {
  const index = newIndex(await requireUsearch(), dimension, expansion);
  index.view(path);
  return (asked, limit) => {
    if (index.size() === 0) return { numbers: new Float64Array(0), similarities: new Float32Array(0) };
    const { keys, distances } = index.search(asked, Math.min(limit, index.size()), 1);
    return { numbers: Float64Array.from(keys, Number), similarities: Float32Array.from(distances, (distance) => 1 - distance) };
  };
}

export interface HnswFiles {
  readonly recordsPath: string;
  readonly indexPath: string;
  /** How many records there are. */
  readonly count: number;
  /** Numbers of a vector. */
  readonly dimension: number;
}

/** Builds the index of a file of records, and measures how many candidates a search has to visit. */
export async function buildHnsw({ recordsPath, indexPath, count, dimension }: HnswFiles): Promise<BuiltHnsw> {
  const index = newIndex(await requireUsearch(), dimension, expansions[0]!);
  const everyNth = Math.max(1, Math.floor(count / samples));
  const questions: SampledVector[] = [];
  let place = 0;
  for (const { numbers, vectors } of recordsOf(recordsPath, dimension)) {
    index.add(numbers, vectors, 1);
    for (let at = 0; at < numbers.length; at++, place++)
      if (place % everyNth === 0 && questions.length < samples)
        questions.push({ number: Number(numbers[at]), vector: vectors.slice(at * dimension, (at + 1) * dimension) });
  }
  index.save(indexPath);
  return measure({ recordsPath, indexPath, count, dimension }, questions);
}

/** What a search of the saved file finds is measured, its matches compared again as a search does. */
async function measure({ recordsPath, indexPath, dimension }: HnswFiles, questions: readonly SampledVector[]): Promise<BuiltHnsw> {
  const found: number[][][] = [];
  for (const expansion of expansions) {
    const search = await openHnsw(indexPath, dimension, expansion);
    found.push(questions.map(({ vector }) => [...search(vector, candidatesFor(sampleNeighbours + 1)).numbers]));
  }
  const recalls = await recallOf(recordsPath, questions, found, sampleNeighbours);
  const reached = recalls.findIndex((recall) => recall >= wantedRecall);
  const chosen = reached < 0 ? recalls.indexOf(Math.max(...recalls)) : reached;
  return { recall: recalls[chosen]!, expansion: expansions[chosen]! };
}
