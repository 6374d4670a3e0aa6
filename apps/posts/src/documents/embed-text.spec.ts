import { describe, expect, it } from '@jest/globals';
import { dimension, embeddingModel, embedText, textHash } from '../analysis/embed-text.ts';
import { decodeHalves, encodeHalves } from './half-floats.ts';
import { findNearest, scan } from './nearest.ts';

const similarity = (a: string, b: string): number => {
  const [first, second] = [embedText(a), embedText(b)];
  return first.reduce((sum, value, at) => sum + value * second[at]!, 0);
};

/** A text, a paraphrase with words of its own, and a text of another topic in the same style. */
const triples = [
  [
    'We opened a new office in Madrid for eighty people.',
    'Our Madrid office opening: room for eighty new colleagues.',
    'The recipe needs two cups of flour and an hour in the oven.',
  ],
  ['The quarterly results show growing revenue.', 'Revenue grew this quarter, results show.', 'The football match ended with a late goal.'],
  ['How to train a neural network on images', 'Training neural networks with image data', 'How to bake bread on a rainy day'],
  ['Our podcast talks about music production.', 'A podcast on producing music', 'Our garden is full of roses and bees.'],
  [
    'Abrimos una nueva oficina en Madrid para ochenta personas.',
    'La apertura de la oficina madrileña: ochenta puestos.',
    'La receta lleva dos tazas de harina y una hora de horno.',
  ],
  [
    'Los ingresos crecieron este trimestre.',
    'Crecen los ingresos trimestrales de la empresa',
    'El partido de fútbol terminó con un gol tardío.',
  ],
  [
    'Cómo entrenar redes neuronales con imágenes',
    'Entrenamiento de una red neuronal con datos de imagen',
    'Cómo hornear pan en un día de lluvia',
  ],
  ['Nuestro pódcast habla de producción musical.', 'Un podcast sobre producir música', 'Nuestro jardín está lleno de rosas y abejas.'],
] as const;

describe('embedText', () => {
  it.each(triples)('finds %j nearer to its paraphrase than to another topic', (text, paraphrase, other) => {
    expect(similarity(text, paraphrase)).toBeGreaterThan(similarity(text, other) + 0.1);
  });

  it('gives vectors of unit length, the same for texts that differ in case and blanks alone', () => {
    expect(similarity('Hello  WORLD', 'hello world\n')).toBeCloseTo(1, 5);
    expect(textHash('Hello  WORLD')).toBe(textHash('hello world\n'));
    expect(textHash('hello worlds')).not.toBe(textHash('hello world'));
  });

  it('gives zeros for a text without a word', () => expect([...embedText('!? …')].every((value) => value === 0)).toBe(true));

  it('keeps the vectors of a version: stored ones are compared with new ones', () => {
    const sum = embedText('The quick brown fox jumps over the lazy dog').reduce((total, value, at) => total + value * (at + 1), 0);
    expect([embeddingModel, sum.toFixed(3)]).toEqual(['ngram-hash@1', '-178.547']);
  });
});

describe('numbers of 16 bits', () => {
  it('read back within half a thousandth, with small, large and negative ones', () => {
    const values = Float32Array.from([0, 1, -1, 0.333_333, -0.001, 65_504, 100_000, 6e-8, 1e-9, 0.999_99]);
    const read = new Float32Array(values.length);
    decodeHalves(encodeHalves(values), read, 0);
    expect([...read.slice(0, 3)]).toEqual([0, 1, -1]);
    expect(read[3]).toBeCloseTo(0.333_333, 3);
    expect(read[4]).toBeCloseTo(-0.001, 6);
    expect([read[5], read[6], read[8]]).toEqual([65_504, 65_504, 0]);
    expect(read[7]).toBeCloseTo(6e-8, 9);
    expect(read[9]).toBeCloseTo(1, 3);
  });
});

describe.each([
  ['findNearest', findNearest],
  ['a scan without native code', scan],
])('%s', (_, find) => {
  const texts = Array.from({ length: 300 }, (_, at) => `text ${at % 17} about ${at % 5} things and ${at}`);
  const vectors = new Float32Array(texts.length * dimension);
  for (const [at, text] of texts.entries()) vectors.set(embedText(text), at * dimension);

  it('finds what sorting all similarities finds', async () => {
    const sorted = texts.map((text) => similarity(text, texts[42]!)).sort((a, b) => b - a);
    const { places, similarities } = await find(vectors, texts.length, embedText(texts[42]!), 10);
    expect(places[0]).toBe(42);
    for (const [at, found] of similarities.entries()) expect(found).toBeCloseTo(sorted[at]!, 4);
    expect((await find(vectors, 3, embedText(texts[0]!), 10)).places).toHaveLength(3);
    expect((await find(vectors, 0, embedText(texts[0]!), 10)).places).toHaveLength(0);
  });

  it('finds the same for a vector in the middle of a buffer', async () => {
    const { places } = await find(vectors, texts.length, vectors.subarray(42 * dimension, 43 * dimension), 1);
    expect([...places]).toEqual([42]);
  });
});
