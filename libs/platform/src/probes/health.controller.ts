/** Kubernetes-style probes: live touches nothing, ready names what is down, startup waits for the first connections. */
import { Controller, Get, Res } from '@nestjs/common';
import { HealthCheckService, type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { DependencyStatus } from '#contracts';
import { Dependencies } from './dependencies.ts';
import { Lifecycle } from './lifecycle.ts';

/** What a probe needs of an HTTP reply. */
interface StatusReply {
  status(code: number): unknown;
}

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly dependencies: Dependencies,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** The event loop turns; nothing else is asked, so that a lost database never restarts a healthy process. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready() {
    const statuses = await this.dependencies.check();
    return this.health.check([() => this.#process(), ...statuses.map((status) => () => this.#verdict(status))]);
  }

  @Get('startup')
  async startup(@Res({ passthrough: true }) reply: StatusReply) {
    if (this.lifecycle.hasStarted) return { status: 'ok' };
    const statuses = await this.dependencies.check();
    const waitingFor = statuses.filter((status) => status.required && !status.up).map((status) => status.name);
    if (waitingFor.length === 0) this.lifecycle.markStarted();
    else reply.status(503);
    return { status: waitingFor.length === 0 ? 'ok' : 'starting', waitingFor };
  }

  #process(): HealthIndicatorResult {
    const session = this.indicators.check('process');
    return this.lifecycle.stopping.aborted ? session.down('shutting down') : session.up();
  }

  #verdict({ name, required, up, detail }: DependencyStatus): HealthIndicatorResult {
    const session = this.indicators.check(name);
    if (up) return session.up();
    return required ? session.down({ message: detail ?? 'down' }) : session.degraded({ message: detail ?? 'down' });
  }
}
