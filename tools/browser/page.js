/** Runs in the browser, bundled by page-server.ts: what a page of another origin does with the API. */
import Uppy from '@uppy/core';
import Tus from '@uppy/tus';
import Hls from 'hls.js';

const authorization = (token) => ({ authorization: `Bearer ${token}` });

/** Uploads the file at an address of the page's own origin. */
async function upload({ endpoint, token, file, parallelUploads }) {
  const data = await (await fetch(file)).blob();
  const options = { endpoint, parallelUploads, headers: authorization(token), retryDelays: [0, 300, 1_000, 3_000], limit: 8 };
  const uppy = new Uppy().use(Tus, options);
  uppy.addFile({ name: 'from-uppy.wav', type: 'audio/wav', data });
  const { successful, failed } = await uppy.upload();
  return { urls: successful.map(({ uploadURL }) => uploadURL), errors: failed.map(({ error }) => String(error)) };
}

async function readAsJson(address, token) {
  const response = await fetch(address, { headers: authorization(token) });
  return { status: response.status, etag: response.headers.get('etag'), body: await response.json() };
}

/** Reads an event stream to its end, then asks whether there is more, as a browser that reconnects does. */
async function follow(address, token) {
  const response = await fetch(address, { headers: { ...authorization(token), accept: 'text/event-stream' } });
  const text = await response.text();
  const names = [...text.matchAll(/^event: (.+)$/gm)].map(([, name]) => name);
  const lastId = [...text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? '';
  const again = await fetch(address, { headers: { ...authorization(token), 'last-event-id': lastId } });
  return { status: response.status, names, again: again.status };
}

/** A native EventSource cannot send a token. Resolves when it has given up. */
function eventSourceWithoutToken(address) {
  const source = new EventSource(address);
  return new Promise((resolve) => {
    source.onerror = () => resolve(source.readyState === EventSource.CLOSED ? 'closed' : 'reconnects');
  });
}

function showImage(address) {
  const image = document.body.appendChild(new Image());
  const loaded = new Promise((resolve) => {
    image.onload = () => resolve({ widthPx: image.naturalWidth });
    image.onerror = () => resolve({ error: 'not shown' });
  });
  image.src = address;
  return loaded;
}

function playAudio(address) {
  const audio = document.body.appendChild(new Audio());
  audio.muted = true;
  const moved = new Promise((resolve) => {
    audio.ontimeupdate = () => audio.currentTime > 0.2 && resolve({ durationSeconds: audio.duration });
    audio.onerror = () => resolve({ error: audio.error?.message });
  });
  audio.src = address;
  void audio.play();
  return moved;
}

let hls;
let video;
const fatal = [];
const errors = [];

const once = (event, fits = () => true) =>
  new Promise((resolve) => {
    const listener = (_name, data) => {
      if (!fits(data)) return;
      hls.off(event, listener);
      resolve(data);
    };
    hls.on(event, listener);
  });

/** What a failed test is told. */
function standing() {
  const buffered = Array.from({ length: video.buffered.length }, (_, at) => `${video.buffered.start(at)}-${video.buffered.end(at)}`);
  const details = hls.latestLevelDetails;
  const playlist = details && `${details.fragments.length} segments, ${details.live ? 'live' : 'complete'}`;
  const loaded = performance.getEntriesByType('resource').slice(-8);
  const requests = loaded.map(({ name, responseStatus }) => `${responseStatus} ${name.split('/').slice(-3).join('/')}`);
  return JSON.stringify({ at: video.currentTime, paused: video.paused, ready: video.readyState, buffered, playlist, errors, requests });
}

const patienceMs = 60_000;

/** Looks at every frame until there is something to see. */
function watch(see, what) {
  const until = performance.now() + patienceMs;
  return new Promise((resolve, reject) => {
    const look = () => {
      const seen = see();
      if (seen !== undefined) resolve(seen);
      else if (fatal.length > 0 || performance.now() > until) reject(new Error(`${what}: ${fatal.join(', ')} ${standing()}`));
      else setTimeout(look, 50);
    };
    look();
  });
}

/** Resolves as soon as the picture has moved on from where it stands. */
function moves() {
  const from = video.currentTime;
  return watch(() => (video.currentTime > from + 0.2 ? video.currentTime : undefined), 'the picture does not move');
}

/** Begins to play a master playlist. */
async function play(address) {
  hls?.destroy();
  fatal.length = 0;
  errors.length = 0;
  video = document.body.appendChild(document.createElement('video'));
  video.muted = true;
  hls = new Hls({ startLevel: 0, liveSyncDurationCount: 1, enableWorker: false });
  hls.on(Hls.Events.ERROR, (_name, { fatal: isFatal, details, reason }) => (isFatal ? fatal : errors).push(`${details} ${reason ?? ''}`));
  const parsed = once(Hls.Events.MANIFEST_PARSED);
  const level = once(Hls.Events.LEVEL_LOADED);
  hls.loadSource(address);
  hls.attachMedia(video);
  await Promise.race([
    parsed,
    new Promise((_resolve, reject) => hls.once(Hls.Events.ERROR, (_name, { details }) => reject(new Error(details)))),
  ]);
  void video.play();
  const isLive = (await level).details.live;
  await moves();
  return { heightsPx: hls.levels.map(({ height }) => height), isLive, subtitles: hls.subtitleTracks.map(({ lang }) => lang) };
}

/** Resolves with the height of the picture once segments of this level are shown, and go on. */
async function switchTo(level) {
  hls.currentLevel = level;
  const { height } = hls.levels[level];
  await watch(() => (video.videoHeight === height ? height : undefined), `level ${level} is not shown`);
  await moves();
  return height;
}

async function seek(seconds) {
  video.currentTime = seconds;
  return moves();
}

/** The text that is shown at a moment. */
async function captionAt(seconds) {
  hls.subtitleDisplay = true;
  hls.subtitleTrack = 0;
  video.currentTime = seconds;
  void video.play();
  const shown = () => [...video.textTracks].flatMap((track) => [...(track.activeCues ?? [])]).map(({ text }) => text);
  return watch(() => (shown().length > 0 ? shown() : undefined), 'no caption is shown');
}

/** Resolves when the playlist that grows has got its end. */
const whenComplete = () => watch(() => (hls.latestLevelDetails?.live === false ? true : undefined), 'the playlist has no end');

window.page = { upload, readAsJson, follow, eventSourceWithoutToken, showImage, playAudio, play, switchTo, seek, captionAt, whenComplete };
