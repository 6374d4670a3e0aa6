/** How containers are called outside: media types and the extensions of file names. */
import type { VideoContainer } from '#media';

export const contentTypes: Readonly<Record<VideoContainer, string>> = {
  mp4: 'video/mp4',
  matroska: 'video/x-matroska',
  ogg: 'video/ogg',
  avi: 'video/x-msvideo',
  flv: 'video/x-flv',
  mpegts: 'video/mp2t',
};

const extensions: Readonly<Record<VideoContainer, readonly string[]>> = {
  mp4: ['mp4', 'm4v', 'mov', 'qt', '3gp', '3g2', 'f4v', 'mj2', 'ismv', 'cmfv'],
  matroska: ['mkv', 'webm', 'mk3d'],
  ogg: ['ogv', 'ogg', 'ogx'],
  avi: ['avi', 'divx'],
  flv: ['flv'],
  mpegts: ['ts', 'mts', 'm2ts', 'm2t', 'tsv'],
};

/** Whether a file of this container is called so; a name without an extension fits any. */
export function fitsExtension(fileName: string, container: VideoContainer): boolean {
  const extension = /.\.([^.]{1,10})$/.exec(fileName)?.[1]?.toLowerCase();
  return extension === undefined || extensions[container].includes(extension);
}
