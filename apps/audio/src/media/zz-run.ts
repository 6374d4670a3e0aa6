import { inspectMedia } from './inspect-media.ts';
for (const f of process.argv.slice(2)) {
  try { const i = await inspectMedia(f, {ffprobePath:'ffprobe'}); console.log(f, JSON.stringify(i)); } catch (e: any) { console.log(f, e.code, e.message, e.stderrTail, e.code==='internal'? e:''); }
}
