import { Counter } from 'prom-client';
import type { PublicationStatus, PublisherName } from '#contracts';

const attempts = new Counter({
  name: 'posts_publication_attempts_total',
  help: 'Attempts and checks of publications by the status that they led to.',
  labelNames: ['publisher', 'status'],
});

export const countAttempt = (publisher: PublisherName, status: PublicationStatus): void => attempts.inc({ publisher, status });
