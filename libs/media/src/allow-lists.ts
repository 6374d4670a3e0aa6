/** Allow-lists of ffmpeg. Everything else (playlists, scripts, image sequences, network protocols …) is disabled. */

/** Demuxers of self-contained files. For a demuxer with several names, one is enough. */
export const audioDemuxers = [
  ...['aac', 'ac3', 'aiff', 'asf', 'au', 'caf', 'eac3', 'flac', 'matroska', 'mov', 'mp3', 'ogg', 'tta', 'w64', 'wav', 'wv'],
] as const;
export const videoDemuxers = ['avi', 'flv', 'matroska', 'mov', 'mpegts', 'ogg'] as const;

const pcmCodecs = [
  ...['pcm_s8', 'pcm_u8', 'pcm_s16le', 'pcm_s16be', 'pcm_u16le', 'pcm_u16be', 'pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_s32be'],
  ...['pcm_f32le', 'pcm_f32be', 'pcm_f64le', 'pcm_f64be', 'pcm_alaw', 'pcm_mulaw'],
] as const;

/** Audio codecs, by the names that ffprobe prints. */
export const audioCodecs = [
  ...pcmCodecs,
  ...[
    'aac',
    'ac3',
    'adpcm_ima_qt',
    'adpcm_ima_wav',
    'adpcm_ms',
    'alac',
    'eac3',
    'flac',
    'mp2',
    'mp3',
    'opus',
    'speex',
    'tta',
    'vorbis',
    'wavpack',
  ],
  ...['wmav1', 'wmav2'],
] as const;

/** Video codecs, by the names that ffprobe prints. */
export const videoCodecs = [
  ...['av1', 'dnxhd', 'ffv1', 'flv1', 'h263', 'h264', 'hevc', 'mpeg1video', 'mpeg2video', 'mpeg4', 'msmpeg4v3', 'prores', 'rawvideo'],
  ...['theora', 'vp8', 'vp9'],
] as const;

/** Still-picture codecs: cover art is a video stream of one of these. */
export const pictureCodecs = ['bmp', 'gif', 'mjpeg', 'png', 'webp'] as const;

/** Decoder names; a codec may have several (`mp3float` decodes mp3, `libdav1d` decodes av1). */
export const audioDecoders = [...audioCodecs, 'libspeex', 'mp2float', 'mp3float'] as const;
export const videoDecoders = [...videoCodecs, ...pictureCodecs, 'libaom-av1', 'libdav1d', 'libvpx', 'libvpx-vp9'] as const;

/**
 * Decoders of streams that are described and never shown: subtitles, and sound that cannot be used. ffprobe and ffmpeg refuse a whole file when the decoder of
 * any of its streams is not allowed.
 */
export const bystanderDecoders = [
  ...['ass', 'ssa', 'srt', 'subrip', 'mov_text', 'text', 'webvtt', 'dvdsub', 'dvbsub', 'pgssub', 'cc_dec', 'xsub'],
  ...['dca', 'mlp', 'truehd', 'amrnb', 'amrwb', 'pcm_bluray', 'pcm_dvd', 'nellymoser', 'qdm2', 'wmapro', 'wmalossless'],
] as const;
