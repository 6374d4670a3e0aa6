/** Video dashboard: inspections, pictures, renditions, and what they cost. */
import type { Dashboard } from './dashboard.ts';
import { jobRow, latency, rate, resourceRow } from './rows/service.ts';

const mine = 'service="video", instance=~"$instance"';

export const video: Dashboard = {
  uid: 'rafaga-video',
  title: 'Ráfaga: video',
  description: 'Inspections, pictures and renditions of the video service.',
  variables: [{ name: 'instance', label: 'Instance', metric: 'compute_budget_cores{service="video"}' }],
  rows: [
    {
      title: 'Inspections',
      panels: [
        {
          title: 'Inspections by result',
          description: 'Ended inspections. `failed` files are refused; a rise after a deployment is a fault of the decoder settings.',
          unit: 'ops',
          stacked: true,
          queries: [rate('video_inspections_total', mine, 'result')],
        },
        {
          title: 'Time of an inspection',
          description: 'From the start of an attempt to its stored result; grows with the length of the video.',
          unit: 's',
          queries: latency('video_inspection_seconds', mine),
        },
        {
          title: 'Time to recognise a file',
          description: 'Part of every upload. Above 2 s uploads feel slow: compare with the CPU of the instance.',
          unit: 's',
          thresholds: [1, 2],
          queries: latency('video_probe_seconds', mine),
        },
      ],
    },
    {
      title: 'Pictures',
      panels: [
        {
          title: 'Pictures by result',
          description: 'Thumbnails and storyboards: `found` were stored already, `made` cost CPU time, `failed` answer an error.',
          unit: 'ops',
          width: 12,
          stacked: true,
          queries: [rate('video_pictures_total', mine, 'kind, result')],
        },
        {
          title: 'Time to make a picture, p95',
          description: 'By kind. Clients wait for thumbnails: above 2 s raise VIDEO_PICTURES_AT_ONCE if cores are idle.',
          unit: 's',
          width: 12,
          thresholds: [2, 5],
          queries: latency('video_picture_seconds', mine, 'kind'),
        },
      ],
    },
    {
      title: 'Renditions',
      panels: [
        {
          title: 'Encodes by result',
          description: 'Encodes of one track of a video. `stopped`: cancelled, out of time or handed over by a process that ended.',
          unit: 'ops',
          stacked: true,
          queries: [rate('video_renditions_total', mine, 'preset, result')],
        },
        {
          title: 'Encoding speed, median',
          description: 'Seconds of video encoded in a second, by preset. Under 1 an encode takes longer than the video.',
          unit: 'none',
          queries: [
            {
              expr: `histogram_quantile(0.5, sum by (le, preset) (rate(video_rendition_realtime_ratio_bucket{${mine}}[$__rate_interval])))`,
              legend: '{{preset}}',
            },
          ],
        },
        {
          title: 'Segments stored',
          description: 'Encoded segments per second by preset; 0 while encodes run means that they are stuck.',
          unit: 'ops',
          queries: [rate('video_rendition_segments_total', mine, 'preset')],
        },
      ],
    },
    jobRow('video', mine),
    resourceRow(mine),
  ],
};
