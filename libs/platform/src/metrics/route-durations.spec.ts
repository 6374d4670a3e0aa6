import { beforeEach, describe, expect, it } from '@jest/globals';
import { register } from 'prom-client';
import { countFromZero, observeDuration } from './route-durations.ts';

const tracks = { url: '/v1/tracks/:id' };
const linesOf = async (name: string) => (await register.getSingleMetricAsString(name)).split('\n').filter((line) => !line.startsWith('#'));

describe('durations by route', () => {
  beforeEach(() => register.resetMetrics());

  it('are exported as cumulative buckets with sum and count', async () => {
    for (const seconds of [0.0005, 0.02, 0.02, 40]) observeDuration(tracks, 'GET', 200, seconds);
    const lines = await linesOf('http_request_duration_seconds');
    const labels = 'method="GET",route="/v1/tracks/:id"';
    expect(lines).toContain(`http_request_duration_seconds_bucket{le="0.005",${labels}} 1`);
    expect(lines).toContain(`http_request_duration_seconds_bucket{le="0.025",${labels}} 3`);
    expect(lines).toContain(`http_request_duration_seconds_bucket{le="3",${labels}} 3`);
    expect(lines).toContain(`http_request_duration_seconds_bucket{le="+Inf",${labels}} 4`);
    expect(lines).toContain(`http_request_duration_seconds_count{${labels}} 4`);
    expect(lines.some((line) => line.startsWith(`http_request_duration_seconds_sum{${labels}} 40.04`))).toBe(true);
  });

  it('are at most ten buckets, and separate by method and route', async () => {
    observeDuration(tracks, 'GET', 200, 1);
    observeDuration(tracks, 'DELETE', 404, 1);
    const lines = await linesOf('http_request_duration_seconds');
    expect(lines.filter((line) => line.includes('_bucket{') && line.includes('GET'))).toHaveLength(10);
    expect(lines.filter((line) => line.includes('_count{'))).toHaveLength(2);
  });

  it('count requests by class of status, from 0 on', async () => {
    countFromZero(tracks, 'GET');
    observeDuration(tracks, 'GET', 200, 1);
    observeDuration(tracks, 'GET', 404, 1);
    expect(await linesOf('http_requests_total')).toEqual([
      'http_requests_total{method="GET",route="/v1/tracks/:id",status_class="2xx"} 1',
      'http_requests_total{method="GET",route="/v1/tracks/:id",status_class="3xx"} 0',
      'http_requests_total{method="GET",route="/v1/tracks/:id",status_class="4xx"} 1',
      'http_requests_total{method="GET",route="/v1/tracks/:id",status_class="5xx"} 0',
    ]);
  });

  it('say how many requests were refused with 429', async () => {
    observeDuration(tracks, 'GET', 429, 1);
    expect(await linesOf('http_requests_limited_total')).toEqual(['http_requests_limited_total{method="GET",route="/v1/tracks/:id"} 1']);
  });

  it('never use a path or an unknown method of a client as a label', async () => {
    for (const method of ['BREW', 'PROPFIND', 'BREW']) observeDuration({}, method, 404, 1);
    expect(await linesOf('http_requests_total')).toContain('http_requests_total{method="OTHER",route="unmatched",status_class="4xx"} 3');
  });
});
