/** The real ffmpeg behind a door that a test can close: work is then surely in the middle of it. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testFfmpeg } from '#testing';

export interface SlowFfmpeg {
  readonly path: string;
  /** Calls from now on do not begin before `release`. */
  hold(): void;
  release(): void;
  /** ffmpeg never ends with this file, however often it is tried; undefined: there is no such file any more. */
  poison(sha256: string | undefined): void;
  remove(): void;
}

export function slowFfmpeg(): SlowFfmpeg {
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-ffmpeg-'));
  const [held, poison] = [join(folder, 'held'), join(folder, 'poison')];
  const stand = (name: string, ...lines: string[]) => {
    const path = join(folder, name);
    const run = `exec ${testFfmpeg().replace(/ffmpeg$/, name)} "$@"`;
    writeFileSync(path, ['#!/bin/sh', `[ "$1" = -version ] && ${run}`, ...lines, run, ''].join('\n')); // readiness asks for the version
    chmodSync(path, 0o755);
    return path;
  };
  stand('ffprobe');
  const stuck = `case "$*" in *"$(cat '${poison}' 2>/dev/null || echo nothing)"*) exec sleep 600 ;; esac`;
  return {
    path: stand('ffmpeg', `while [ -e '${held}' ]; do sleep 0.05; done`, stuck),
    hold: () => writeFileSync(held, ''),
    release: () => rmSync(held, { force: true }),
    poison: (sha256) => (sha256 ? writeFileSync(poison, sha256) : rmSync(poison, { force: true })),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
