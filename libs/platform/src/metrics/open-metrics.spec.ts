import { describe, expect, it } from '@jest/globals';
import { acceptsOpenMetrics, toOpenMetrics } from './open-metrics.ts';

const text = `# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{route="/v1/me"} 3

# HELP lag Seconds.
# TYPE lag gauge
lag 0.5

# HELP odd A counter without the suffix.
# TYPE odd counter
odd 1

# HELP took_seconds Time.
# TYPE took_seconds histogram
took_seconds_bucket{le="0.1",route="/v1/me"} 1
took_seconds_bucket{le="+Inf",route="/v1/me"} 1
took_seconds_sum{route="/v1/me"} 0.05
took_seconds_count{route="/v1/me"} 1
`;
const traceId = 'a'.repeat(32);
const exemplarOf = (sample: string) =>
  sample === 'took_seconds_bucket{le="0.1",route="/v1/me"}' ? { traceId, seconds: 0.05, at: new Date(1_700_000_000_500) } : undefined;
const written = toOpenMetrics(text, exemplarOf);

describe('OpenMetrics', () => {
  it('has counters without their suffix in the type, exemplars of buckets, and an end', () => {
    expect(written.split('\n')).toEqual([
      '# HELP http_requests Requests.',
      '# TYPE http_requests counter',
      'http_requests_total{route="/v1/me"} 3',
      '# HELP lag Seconds.',
      '# TYPE lag gauge',
      'lag 0.5',
      '# HELP odd A counter without the suffix.',
      '# TYPE odd unknown',
      'odd 1',
      '# HELP took_seconds Time.',
      '# TYPE took_seconds histogram',
      `took_seconds_bucket{le="0.1",route="/v1/me"} 1 # {trace_id="${traceId}"} 0.05 1700000000.5`,
      'took_seconds_bucket{le="+Inf",route="/v1/me"} 1',
      'took_seconds_sum{route="/v1/me"} 0.05',
      'took_seconds_count{route="/v1/me"} 1',
      '# EOF',
      '',
    ]);
  });
  it('is for those that ask for it', () => {
    expect(acceptsOpenMetrics('application/openmetrics-text;version=1.0.0,text/plain;q=0.5')).toBe(true);
    expect([undefined, '*/*', 'text/plain'].map(acceptsOpenMetrics)).toEqual([false, false, false]);
  });
});
