import { Injectable } from '@nestjs/common';
import { AnalysisService } from '../understanding/analysis.service.ts';
import { VideoService } from '../videos/video.service.ts';
import { located, PictureService } from './picture.service.ts';
import { PictureMaker } from './picture-maker.service.ts';
import { pictureFileName, previewName } from './picture-names.ts';
import { previewWindows } from './preview.ts';

/** Less than the deadline of the contract. */
const timeoutMs = 15_000;

@Injectable() // finds the animated preview of somebody's video, and has it made when it is asked for first
export class PreviewService {
  constructor(
    private readonly videos: VideoService,
    private readonly analyses: AnalysisService,
    private readonly pictures: PictureService,
    private readonly maker: PictureMaker,
  ) {}

  /** @throws Failure `video-not-found`, `video-not-ready`, `media-undecodable`, `overloaded` */
  async locate(videoId: string) {
    const row = await this.videos.find(videoId);
    const { moments } = await this.analyses.get(videoId);
    const info = { ...row.source.info, durationSeconds: row.durationSeconds };
    const windows = previewWindows(row.durationSeconds ?? 1, moments);
    const picture = await this.pictures.findOrMake(row, 'preview', previewName, (path) =>
      this.maker.preview(path, info, windows, { timeoutMs }),
    );
    return { ...located(picture), fileName: pictureFileName(row.fileName, 'preview', 'webp') };
  }
}
