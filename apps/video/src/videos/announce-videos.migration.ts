import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type AnnouncedTable, announceRows, stopAnnouncingRows } from '#platform';

const announced: AnnouncedTable = { noun: 'video', table: 'video.video', madeByJob: true };

/** Owners hear of their videos: `video.ready`, `video.failed`, `video.deleted`. The schema `jobs` is there already: the platform migrates it first. */
export class AnnounceVideos1796600000000 implements MigrationInterface {
  readonly name = 'AnnounceVideos1796600000000';

  up(runner: QueryRunner): Promise<void> {
    return announceRows(runner, announced);
  }

  down(runner: QueryRunner): Promise<void> {
    return stopAnnouncingRows(runner, announced);
  }
}
