/** A wrapper of ffmpeg that a test can block, so that jobs are certainly running. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testFfmpeg } from '#testing';

export interface SlowFfmpeg {
  readonly path: string;
  /** Blocks further calls until `release`. */
  hold(): void;
  release(): void;
  /** Makes ffmpeg hang on every call with this file; undefined ends it. */
  hangOn(sha256: string | undefined): void;
  remove(): void;
}

export function slowFfmpeg(): SlowFfmpeg {
  const folder = mkdtempSync(join(tmpdir(), 'rafaga-ffmpeg-'));
  const [held, hanging] = [join(folder, 'held'), join(folder, 'hanging')];
  const writeWrapper = (name: string, ...lines: string[]) => {
    const path = join(folder, name);
    const run = `exec ${testFfmpeg().replace(/ffmpeg$/, name)} "$@"`;
    writeFileSync(path, ['#!/bin/sh', `[ "$1" = -version ] && ${run}`, ...lines, run, ''].join('\n')); // readiness asks for the version
    chmodSync(path, 0o755);
    return path;
  };
  writeWrapper('ffprobe');
  const stuck = `case "$*" in *"$(cat '${hanging}' 2>/dev/null || echo nothing)"*) exec sleep 600 ;; esac`;
  return {
    path: writeWrapper('ffmpeg', `while [ -e '${held}' ]; do sleep 0.05; done`, stuck),
    hold: () => writeFileSync(held, ''),
    release: () => rmSync(held, { force: true }),
    hangOn: (sha256) => (sha256 ? writeFileSync(hanging, sha256) : rmSync(hanging, { force: true })),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
