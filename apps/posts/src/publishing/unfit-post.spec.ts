import { describe, expect, it } from '@jest/globals';
import { faultOfPost } from './unfit-post.ts';

const publisher = { title: 'Paper', textMaxUnits: 10, attachmentsMax: 2, faultOfFiles: () => undefined };
const file = (sizeBytes: number) => ({ contentType: 'image/png', sizeBytes });

describe('a post', () => {
  it('fits up to the limits of the publisher and of the installation', () =>
    expect(faultOfPost(publisher, { text: '1234567890', files: [file(60), file(40)] }, 100)).toBeUndefined());

  it.each([
    ['blank', ' \n', [], 'The post is blank.'],
    ['too long', '12345678901', [], 'Paper takes 10 characters; the post has 11.'],
    ['with too many files', 'a', [file(1), file(1), file(1)], 'The attachments do not fit. At most 2 are shown.'],
    ['with files too large together', 'a', [file(60), file(41)], 'They have 101 bytes together; at most 100 are sent.'],
  ])('does not fit %s', (_, text, files, fault) => expect(faultOfPost(publisher, { text, files }, 100)).toContain(fault));
});
