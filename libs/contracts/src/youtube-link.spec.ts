import { describe, expect, it } from '@jest/globals';
import { youTubeIdOf } from './youtube-link.ts';

const id = 'dQw4w9WgXcQ';

describe('the address of a video at YouTube', () => {
  it.each([
    `https://www.youtube.com/watch?v=${id}`,
    `http://youtube.com/watch?list=PL1&v=${id}&t=42s`,
    `https://m.youtube.com/watch/?v=${id}#comments`,
    `https://music.youtube.com/watch?v=${id}`,
    `https://youtu.be/${id}?si=abc`,
    `youtu.be/${id}`,
    `https://www.youtube.com/shorts/${id}`,
    `https://www.youtube.com/live/${id}/`,
    `https://www.youtube.com/embed/${id}?autoplay=1`,
    `https://www.youtube-nocookie.com/embed/${id}`,
    `HTTPS://WWW.YOUTUBE.COM/watch?v=${id}`,
  ])('names it in %s', (link) => expect(youTubeIdOf(link)).toBe(id));

  it.each([
    '',
    'not an address',
    id,
    'https://www.youtube.com/@channel',
    'https://www.youtube.com/playlist?list=PL1',
    'https://www.youtube.com/watch',
    'https://www.youtube.com/embed/videoseries?list=PL1',
    'https://www.youtube.com/embed/live_stream?channel=UC1',
    'https://www.youtube.com/watch?v=short',
    `https://www.youtube.com/watch?v=${id}x`,
    `https://www.youtube.com.example.com/watch?v=${id}`,
    `https://example.com/watch?v=${id}`,
    `https://youtube.com@example.com/watch?v=${id}`,
    `https://user@youtu.be/${id}`,
    `https://youtu.be:8080/${id}`,
    `ftp://youtu.be/${id}`,
    `javascript:youtu.be/${id}`,
  ])('is not %j', (link) => expect(youTubeIdOf(link)).toBeUndefined());
});
