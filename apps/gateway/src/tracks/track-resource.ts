/** A track as clients see it: what the audio service knows, and where the rest of it is. */
import { listTracks, track } from '#contracts';
import { presentList, presentResource } from '../http/presenter.ts';

export const presentTrack = presentResource({
  id: 'TrackResource',
  of: track,
  links: {
    self: '/v1/tracks/{id}',
    analysis: '/v1/tracks/{id}/analysis',
    cuesJson: '/v1/tracks/{id}/cues.json',
    cuesCsv: '/v1/tracks/{id}/cues.csv',
    cuesXml: '/v1/tracks/{id}/cues.xml',
    waveformJson: '/v1/tracks/{id}/waveform.json',
    waveformSvg: '/v1/tracks/{id}/waveform.svg',
    waveformPng: '/v1/tracks/{id}/waveform.png',
    waveformLinks: '/v1/tracks/{id}/waveform.png/links',
    cover: '/v1/tracks/{id}/cover',
    spectrogram: '/v1/tracks/{id}/spectrogram.png',
    spectrogramLinks: '/v1/tracks/{id}/spectrogram.png/links',
    copies: '/v1/tracks/{id}/copies',
    similar: '/v1/tracks/{id}/similar',
    file: '/v1/tracks/{id}/file',
    fileLinks: '/v1/tracks/{id}/file/links',
    renditions: '/v1/tracks/{id}/renditions',
    playback: '/v1/tracks/{id}/playback',
    stream: '/v1/tracks/{id}/stream',
    job: '/v1/jobs/{job.id}',
  },
});

export const presentTracks = presentList(presentTrack, listTracks);
