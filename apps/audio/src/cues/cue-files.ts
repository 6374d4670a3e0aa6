/** Cue points and beat grid as files. Pure: text in, text out. */
import type { TrackCues } from '#contracts';

/** What a file says of the track beside its cues. */
export interface CuedTrack extends TrackCues {
  readonly fileName: string;
  readonly artist: string;
  readonly album: string;
  readonly sizeBytes: number;
  readonly sampleRateHz: number;
}

const names: Readonly<Record<TrackCues['cues'][number]['type'], string>> = {
  'intro-end': 'Intro end',
  build: 'Build',
  drop: 'Drop',
  breakdown: 'Breakdown',
  'outro-start': 'Outro start',
};

const columns = ['track', 'kind', 'timeSeconds', 'type', 'bpm', 'beat', 'confidence'];

/** One row for each anchor of the grid and each cue, in RFC 4180. */
export function cuesCsv({ title, beatGrid, cues }: TrackCues): string {
  const anchors = beatGrid.map(({ timeSeconds, bpm, beat }) => [title, 'beat', timeSeconds.toFixed(3), '', bpm.toFixed(2), beat, '']);
  const points = cues.map(({ timeSeconds, type, confidence }) => [
    title,
    'cue',
    timeSeconds.toFixed(3),
    type,
    '',
    '',
    confidence.toFixed(2),
  ]);
  return [columns, ...anchors, ...points].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** Beginnings that make a spreadsheet run a cell as a formula, also in full width. @see OWASP, "CSV Injection" */
const formula = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

function csvCell(value: string | number): string {
  const text = String(value);
  const guarded = typeof value === 'string' && formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/**
 * The collection format of rekordbox, which Mixxx and other DJ programs import: one track with its tempo anchors and memory cues.
 *
 * @see rekordbox, "XML format list" 1.0.0: DJ_PLAYLISTS, TEMPO (Inizio, Bpm, Metro, Battito), POSITION_MARK
 */
export function rekordboxXml(track: CuedTrack): string {
  const { title, beatGrid, cues } = track;
  const tempi = beatGrid.map(({ timeSeconds, bpm, beat }) =>
    element('TEMPO', { Inizio: timeSeconds.toFixed(3), Bpm: bpm.toFixed(2), Metro: '4/4', Battito: ((beat - 1) % 4) + 1 }),
  );
  const marks = cues.map(({ timeSeconds, type }) =>
    element('POSITION_MARK', { Name: names[type], Type: 0, Start: timeSeconds.toFixed(3), Num: -1 }),
  );
  const content = [...tempi, ...marks].map((line) => `      ${line}\n`).join('');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<DJ_PLAYLISTS Version="1.0.0">',
    `  ${element('PRODUCT', { Name: 'Ráfaga', Version: '1.0.0', Company: '' })}`,
    '  <COLLECTION Entries="1">',
    `    <TRACK${attributes(describe(track))}>`,
    `${content}    </TRACK>`,
    '  </COLLECTION>',
    '  <PLAYLISTS>',
    '    <NODE Type="0" Name="ROOT" Count="1">',
    `      <NODE${attributes({ Name: title, Type: 1, KeyType: 0, Entries: 1 })}>`,
    '        <TRACK Key="1"/>',
    '      </NODE>',
    '    </NODE>',
    '  </PLAYLISTS>',
    '</DJ_PLAYLISTS>\n',
  ].join('\n');
}

const describe = ({ title, artist, album, fileName, sizeBytes, sampleRateHz, durationSeconds, bpm, key, mode }: CuedTrack): Attributes => ({
  ...{ TrackID: 1, Name: title, Artist: artist, Album: album, Size: sizeBytes, TotalTime: Math.round(durationSeconds) },
  ...{ AverageBpm: (bpm ?? 0).toFixed(2), SampleRate: sampleRateHz, Tonality: key ? `${key}${mode === 'minor' ? 'm' : ''}` : '' },
  Location: `file://localhost/${encodeURIComponent(fileName)}`,
});

type Attributes = Readonly<Record<string, string | number>>;

const element = (name: string, values: Attributes): string => `<${name}${attributes(values)}/>`;

const attributes = (values: Attributes): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Without the characters that XML 1.0 cannot hold. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (character) => entities[character]!)
    .replace(/[\t\n\r]/g, ' ');
