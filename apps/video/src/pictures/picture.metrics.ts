import { Counter, Histogram } from 'prom-client';

export const pictureKinds = ['thumbnail', 'storyboard', 'preview'] as const;
export type PictureKind = (typeof pictureKinds)[number];

export const pictures = new Counter({
  name: 'video_pictures_total',
  help: 'Pictures that were asked for or made by a job, by kind and whether they had to be made or were there.',
  labelNames: ['kind', 'result'],
});
export const pictureSeconds = new Histogram({
  name: 'video_picture_seconds',
  help: 'Time to make a picture, by kind.',
  labelNames: ['kind'],
  buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60],
});

for (const kind of pictureKinds) for (const result of ['made', 'found', 'failed']) pictures.inc({ kind, result }, 0);
