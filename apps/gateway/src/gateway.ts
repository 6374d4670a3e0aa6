/** How the gateway starts; main.ts runs it, tests start it on ports of their own. */
import multipart from '@fastify/multipart';
import { Log, type ServiceOptions } from '#platform';
import { type GatewayConfig, gatewayConfig } from './config.ts';
import { installDocsPage } from './docs/docs-page.ts';
import { GatewayModule } from './gateway.module.ts';
import { AccessLog, installAccessLog } from './http/access-log.ts';
import { isForm } from './http/body.ts';
import { answerFrameworkError, handleClientErrors } from './http/client-error-handler.ts';
import { EndpointRegistry } from './http/endpoint-registry.ts';
import { installJsonParser } from './http/json-body.ts';
import { Limits } from './http/limits/limits.service.ts';
import { LoopDelay, shedding } from './http/load-shedding.ts';
import { installRequestHooks } from './http/request-hooks.ts';
import { type Edge, serveEndpoints } from './http/serve-endpoints.ts';
import { IdempotentPosts } from './idempotency/idempotent-posts.ts';
import { AuthenticationService, decorateWithCaller } from './identity/authentication.service.ts';
import { authorize } from './identity/authorize.ts';
import { EmailConfirmation } from './identity/email-confirmation.service.ts';
import { JobWatch } from './jobs/job-watch.service.ts';
import { RequestQuota } from './usage/request-quota.ts';

/** Node's default for all headers together is 16 KiB; a token of ours takes less than one. */
const maxHeaderBytes = 16 * 1_024;
/** Whoever needs longer to say what he wants keeps a connection busy, and nobody else does. Looked at every five seconds. */
const headersWithinMs = 15_000;

export const gateway: ServiceOptions<GatewayConfig> = {
  name: 'gateway',
  config: () => gatewayConfig(),
  module: (config) => GatewayModule.with(config),
  fastify: {
    skipMiddie: true,
    frameworkErrors: answerFrameworkError,
    http: { maxHeaderSize: maxHeaderBytes, requireHostHeader: false, headersTimeout: headersWithinMs, connectionsCheckingInterval: 5_000 },
  } as ServiceOptions<GatewayConfig>['fastify'],
  configure: async (app, config) => {
    const fastify = app.getHttpAdapter().getInstance();
    const accessLog = new AccessLog(app.get(Log), {
      get enabled() {
        return config.GATEWAY_ACCESS_LOG === 'on';
      },
      get sampleRatio() {
        return config.GATEWAY_ACCESS_LOG_SAMPLE_RATIO;
      },
    });
    installAccessLog(fastify, accessLog);
    installRequestHooks(fastify, config.GATEWAY_CORS_ORIGINS);
    installJsonParser(app);
    decorateWithCaller(fastify);
    handleClientErrors(fastify.server, accessLog);
    installDocsPage(fastify);
    const find = <T>(provider: new (...given: never[]) => T): T => app.get(provider, { strict: false });
    const delay = new LoopDelay();
    delay.start();
    fastify.addHook('onClose', async () => delay.stop());
    const edge: Edge = {
      // Load shedding, authentication, rate limit, authorization, quota. The rate limit precedes authorization, so guessed tokens are counted.
      gates: [
        shedding(delay, config.GATEWAY_SHED_ABOVE_DELAY_MS),
        find(AuthenticationService).gate,
        find(Limits).gate,
        authorize,
        find(EmailConfirmation).gate,
        find(RequestQuota).gate,
      ],
      aroundPosts: [find(IdempotentPosts).around],
    };
    const { forms = [], others = [] } = Object.groupBy(find(EndpointRegistry).handlers(find(JobWatch)), ({ endpoint }) =>
      isForm(endpoint.body) ? 'forms' : 'others',
    );
    serveEndpoints(fastify, others, edge);
    // In a scope of its own: its hooks wait for promises, which every other request would pay for. Loaded when all is: Nest has yet to say who
    // answers errors.
    void fastify.register(async (scope) => {
      await scope.register(multipart);
      serveEndpoints(scope, forms, edge);
    });
  },
};
