import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { analyzeLine } from './analyze-line.ts';
import { readLines } from './read-lines.ts';

const program = join(import.meta.dirname, 'analyze.ts');

function run(args: readonly string[], input = ''): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['--conditions=source', '--disable-warning=ExperimentalWarning', program, ...args]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  child.stdin.end(input);
  return new Promise((done) => child.on('close', (code) => done({ code, out, err })));
}

async function linesOf(chunks: readonly string[], maxBytes?: number) {
  const lines = [];
  const stream = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk, 'latin1');
  })();
  for await (const line of readLines(stream, maxBytes)) lines.push(line);
  return lines;
}

describe('posts:analyze', () => {
  it('prints a line for each line, and one for each that is wrong', async () => {
    const input = [
      '{"id":1,"text":"Nobody at Acme Inc. was happy. ana@b.es #go"}',
      '',
      'no json',
      '{"id":"b","text":"Hola","tasks":["language"]}',
    ];
    const { code, out, err } = await run(['-'], input.join('\n'));
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      {
        id: 1,
        language: 'en',
        sentiment: { label: 'negative' },
        tone: { label: expect.any(String) },
        grammar: [],
        readability: { sentences: expect.any(Number), flesch: expect.any(Number), szigrisztPazos: expect.any(Number) },
        keywords: expect.any(Array),
      },
      { id: null, error: { code: 'line-invalid', line: 3 } },
      { id: 'b', language: 'es', sentiment: null, tone: null, entities: [], readability: null, keywords: [] },
    ]);
    expect(lines[0].entities.map(({ type }: { type: string }) => type)).toEqual(['ORG', 'HASHTAG']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
  });

  it('tells how it is called, and when a file is not there', async () => {
    expect(await run([])).toMatchObject({ code: 2, err: expect.stringContaining('Usage') });
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('Usage') });
    expect(await run(['no-such.jsonl'])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('no-such.jsonl') });
  });

  it.each([
    '[]',
    'null',
    '{"text":"x"}',
    '{"id":1}',
    '{"id":1,"text":5}',
    '{"id":1,"text":"x","tasks":[]}',
    '{"id":1,"text":"x","tasks":["y"]}',
  ])('refuses %s with a sentence', (line) =>
    expect(analyzeLine(line, 7)).toMatchObject({ error: { line: 7, detail: expect.any(String) } }),
  );
});

describe('readLines', () => {
  it('puts lines together from pieces, also inside a character', async () => {
    expect(await linesOf(['\xef\xbb\xbf{"a', '\xc3', '\xb1"}\r\n\n', 'x'])).toEqual([
      { number: 1, text: '{"añ"}\r' },
      { number: 3, text: 'x' },
    ]);
  });
  it('skips a line that is too long and goes on', async () => {
    expect(await linesOf(['abc', 'def', 'gh\nok\n'], 5)).toEqual([
      { number: 1, text: undefined },
      { number: 2, text: 'ok' },
    ]);
  });
});
