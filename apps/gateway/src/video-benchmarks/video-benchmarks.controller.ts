import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '#contracts';
import { FileSender } from '../downloads/file-sender.service.ts';
import type { InputOf } from '../http/endpoint.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { WorkFiles } from '../jobs/work-files.service.ts';
import { toWork } from '../jobs/work-resource.ts';
import { WorkResources } from '../jobs/work-resources.service.ts';
import { benchmarkWork, reportsOf } from './benchmark-resource.ts';
import {
  createBenchmark,
  downloadBenchmarkPage,
  downloadBenchmarkReport,
  getBenchmark,
  listBenchmarks,
} from './video-benchmarks.endpoints.ts';

const files = {
  json: { contentType: 'application/json', fileName: 'benchmark.json' },
  html: { contentType: 'text/html', fileName: 'benchmark.html' },
} as const;

@Controller()
export class VideoBenchmarksController {
  constructor(
    private readonly reports: WorkFiles,
    private readonly works: WorkResources,
    private readonly sender: FileSender,
  ) {}

  @Route(createBenchmark)
  async create(@Input() { body }: InputOf<typeof createBenchmark>, @Reply() reply: FastifyReply) {
    const benchmark = toWork(benchmarkWork, await this.reports.start(benchmarkWork, body));
    reply.header('location', benchmark.links.job);
    return benchmark;
  }

  @Route(getBenchmark)
  get(@Input() { params }: InputOf<typeof getBenchmark>) {
    return this.works.get(benchmarkWork, params.benchmarkId);
  }

  @Route(listBenchmarks)
  list(@Input() { query }: InputOf<typeof listBenchmarks>) {
    return this.works.list(benchmarkWork, query);
  }

  @Route(downloadBenchmarkReport)
  downloadJson(@Input() input: InputOf<typeof downloadBenchmarkReport>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.send('json', input, request, reply);
  }

  @Route(downloadBenchmarkPage)
  downloadHtml(@Input() input: InputOf<typeof downloadBenchmarkPage>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    return this.send('html', input, request, reply);
  }

  private async send(
    format: keyof typeof files,
    { params, headers }: InputOf<typeof downloadBenchmarkReport>,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    const reports = reportsOf(await this.works.job(benchmarkWork, params.benchmarkId));
    if (!(await this.reports.areKept(benchmarkWork, params.benchmarkId)))
      throw new Failure('benchmark-expired', 'The report was kept for seven days.');
    return this.sender.send({ ...reports[format], ...files[format] }, { ...headers, method: request.method }, reply);
  }
}
