import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { webhookBody } from './webhook-body.ts';

const at = new Date('2026-11-28T12:00:00.000Z');
const fileOf = (chunks: readonly string[], onRead = () => {}) => ({
  ...{ fileName: 'a "b".png', contentType: 'image/png', sizeBytes: chunks.join('').length },
  open: async function* () {
    for (const chunk of chunks) {
      onRead();
      yield Buffer.from(chunk);
    }
  },
});

describe('the body of a webhook', () => {
  it.each([[['']], [['a']], [['ab', 'c', 'defgh']], [['abc', 'def']]])(
    'is the JSON of the post with its files in base64: %j',
    async (chunks) => {
      const body = webhookBody({ id: 'x', text: 'Hi "you"', files: [fileOf(chunks), fileOf(['z'])] }, at);
      const bytes = await buffer(body.chunks());
      expect(bytes).toHaveLength(body.sizeBytes);
      const attachment = { fileName: 'a "b".png', contentType: 'image/png' };
      expect(JSON.parse(bytes.toString())).toEqual({
        ...{ id: 'x', type: 'post.publish', timestamp: at.toISOString() },
        data: {
          ...{ id: 'x', text: 'Hi "you"' },
          attachments: [chunks.join(''), 'z'].map((content) => ({
            ...attachment,
            sizeBytes: content.length,
            base64: Buffer.from(content).toString('base64'),
          })),
        },
      });
      expect(await buffer(body.chunks())).toEqual(bytes);
    },
  );

  it('without files is JSON too', async () => {
    const body = webhookBody({ id: 'x', text: 'Hi', files: [] }, at);
    expect(JSON.parse((await buffer(body.chunks())).toString())).toMatchObject({ data: { text: 'Hi', attachments: [] } });
  });

  it('reads a file no faster than it is sent', async () => {
    let read = 0;
    const body = webhookBody(
      {
        id: 'x',
        text: 'Hi',
        files: [
          fileOf(
            Array.from({ length: 100 }, () => 'abc'),
            () => read++,
          ),
        ],
      },
      at,
    );
    const chunks = body.chunks()[Symbol.asyncIterator]();
    for (let taken = 0; taken < 5; taken++) await chunks.next();
    expect(read).toBe(3); // after the beginning and the description
  });
});
