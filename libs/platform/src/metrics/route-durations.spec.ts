import { beforeEach, describe, expect, it } from '@jest/globals';
import { register } from 'prom-client';
import { observeDuration } from './route-durations.ts';

const tracks = { url: '/v1/tracks/:id' };
const linesOf = async (name: string) => (await register.getSingleMetricAsString(name)).split('\n').filter((line) => !line.startsWith('#'));

describe('durations by route', () => {
  beforeEach(() => register.resetMetrics());

  it('are exported as cumulative buckets with sum and count', async () => {
    for (const seconds of [0.0005, 0.02, 0.02, 40]) observeDuration(tracks, 'GET', 200, seconds);
    const lines = await linesOf('http_request_duration_seconds');
    const labels = 'method="GET",route="/v1/tracks/:id",status_code="200"';
    expect(lines).toContain(`http_request_duration_seconds_bucket{le="0.001",${labels}} 1`);
    expect(lines).toContain(`http_request_duration_seconds_bucket{le="0.025",${labels}} 3`);
    expect(lines).toContain(`http_request_duration_seconds_bucket{le="30",${labels}} 3`);
    expect(lines).toContain(`http_request_duration_seconds_bucket{le="+Inf",${labels}} 4`);
    expect(lines).toContain(`http_request_duration_seconds_count{${labels}} 4`);
    expect(lines.some((line) => line.startsWith(`http_request_duration_seconds_sum{${labels}} 40.04`))).toBe(true);
  });

  it('are separate by method, status and route, and so is the request counter', async () => {
    observeDuration(tracks, 'GET', 200, 1);
    observeDuration(tracks, 'GET', 404, 1);
    observeDuration(tracks, 'DELETE', 200, 1);
    observeDuration({ url: '/v1/tracks' }, 'GET', 200, 1);
    observeDuration(tracks, 'GET', 200, 1);
    expect(await linesOf('http_requests_total')).toEqual([
      'http_requests_total{method="GET",route="/v1/tracks/:id",status_code="200"} 2',
      'http_requests_total{method="GET",route="/v1/tracks/:id",status_code="404"} 1',
      'http_requests_total{method="DELETE",route="/v1/tracks/:id",status_code="200"} 1',
      'http_requests_total{method="GET",route="/v1/tracks",status_code="200"} 1',
    ]);
  });

  it('never use a path or an unknown method of a client as a label', async () => {
    for (const method of ['BREW', 'PROPFIND', 'BREW']) observeDuration({}, method, 404, 1);
    expect(await linesOf('http_requests_total')).toEqual(['http_requests_total{method="OTHER",route="unmatched",status_code="404"} 3']);
  });
});
