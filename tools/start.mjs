import { useInstalledNode } from './bootstrap/pinned-node.mjs';

const help = `npm start                     everything: infrastructure, the six services, a demo user
npm start -- audio            only that service and what it needs, started again when its source changes
npm start -- audio gateway    the same with several

npm start -- --observe        also Prometheus and Alertmanager, where they are installed; ALERT_WEBHOOK_URL receives the alerts

Services: gateway, audio, video, posts, cache, health.
DATABASE_URL, REDIS_URL, NATS_URL and FFMPEG_PATH replace what would be started or looked for.
Data, logs and .rafaga/run.json are in .rafaga/; remove that folder to begin afresh. Ctrl-C stops everything.`;

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(help);
} else {
  await useInstalledNode();
  const { main } = await import('./start/main.ts');
  process.exitCode = await main(process.argv.slice(2));
}
