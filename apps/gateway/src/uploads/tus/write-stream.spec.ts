import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { writeStream } from './write-stream.ts';

const never = () => new AbortController().signal;

/** Writes at its own slow pace: one turn of the event loop for each chunk. */
function notebook() {
  const chunks: Buffer[] = [];
  let writing = 0;
  const write = async (chunk: Buffer) => {
    expect(++writing).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    writing--;
    chunks.push(chunk);
  };
  return { write, text: () => Buffer.concat(chunks).toString() };
}

describe('writeStream', () => {
  it('hands over everything, in order and one chunk at a time', async () => {
    const book = notebook();
    await writeStream(Readable.from(['a', 'b', 'c'].map((text) => Buffer.from(text))), book.write, never());
    expect(book.text()).toBe('abc');
  });
  it('ends with a source that has ended before', async () => {
    const source = Readable.from([]);
    await source.toArray();
    await expect(writeStream(source, notebook().write, never())).resolves.toBeUndefined();
  });
  it('writes what had come before the source broke off', async () => {
    const book = notebook();
    const source = new PassThrough();
    const poured = writeStream(source, book.write, never());
    source.write('half');
    setImmediate(() => source.destroy(new Error('gone')));
    await expect(poured).rejects.toThrow('gone');
    expect(book.text()).toBe('half');
  });
  it('says so when the source closes without an end, or was closed before', async () => {
    const source = new PassThrough();
    const poured = writeStream(source, notebook().write, never());
    source.destroy();
    await expect(poured).rejects.toThrow('broke off');
    await expect(writeStream(source, notebook().write, never())).rejects.toThrow('broke off');
  });
  it('writes what had come before it was told to stop, and leaves the source alive', async () => {
    const book = notebook();
    const source = new PassThrough();
    const stop = new AbortController();
    const poured = writeStream(source, book.write, stop.signal);
    source.write('half');
    setImmediate(() => stop.abort(new Error('enough')));
    await expect(poured).rejects.toThrow('enough');
    expect([book.text(), source.destroyed]).toEqual(['half', false]);
  });
  it('stops where a write fails', async () => {
    const source = Readable.from([Buffer.from('a'), Buffer.from('b')]);
    await expect(writeStream(source, () => Promise.reject(new Error('disk')), never())).rejects.toThrow('disk');
  });
});
