import { isIP } from 'node:net';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { demandRole } from './admit.ts';
import type { RequestEnd } from './request-log.ts';
import { type Route, route } from './route.ts';

/*
 * Figures for Prometheus (S3 15), under `encrew_`: of the process, of requests by route, and what the server counts of itself.
 */

/** A figure that is read when Prometheus asks: all readings of one name have one help and the same labels. */
export type Reading = {
  /** Below `encrew_`, with its unit: `jobs`, `dispatch_latency_seconds`. */
  name: string;
  help: string;
  labels?: Readonly<Record<string, string>>;
  value: number;
};

export type Metrics = {
  /** For histograms and counters of the server's own. */
  registry: Registry;
  requestEnded(end: RequestEnd): void;
  /** The text that Prometheus reads. */
  render(): Promise<string>;
};

/** `collect` is asked at every reading: jobs and tasks by state, nodes, queue depth. One a process. */
export function createMetrics(collect: () => Promise<readonly Reading[]>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'encrew_' });
  const requests = new Histogram({
    name: 'encrew_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const gauges = new Map<string, Gauge>();
  return {
    registry,
    requestEnded: ({ method, template, status, durationMs }) => {
      // Paths as they came would be a new series for each.
      requests.observe({ method: knownMethod(method), route: template ?? 'none', status }, durationMs / 1000);
    },
    render: async () => {
      const readings = await collect();
      // A state that nothing is in any more must not keep its last figure.
      for (const gauge of gauges.values()) gauge.reset();
      for (const reading of readings) gaugeOf(reading, gauges, registry).set({ ...reading.labels }, reading.value);
      return registry.metrics();
    },
  };
}

function gaugeOf({ name, help, labels = {} }: Reading, gauges: Map<string, Gauge>, registry: Registry): Gauge {
  const known = gauges.get(name);
  if (known !== undefined) return known;
  const gauge = new Gauge({ name: `encrew_${name}`, help, labelNames: Object.keys(labels), registers: [registry] });
  gauges.set(name, gauge);
  return gauge;
}

/** `/metrics`, for who may look, and for anybody on this machine: Prometheus there needs no token. */
export function metricsRoute(metrics: Metrics): Route {
  return route({
    method: 'get',
    path: '/metrics',
    tag: 'server',
    summary: 'Figures for Prometheus.',
    role: 'anyone',
    streams: metrics.registry.contentType,
    handle: async ({ actor, address, headers }) => {
      if (!isFromHere(address, headers)) demandRole(actor, 'viewer');
      const text = await metrics.render();
      return {
        stream: async (request, response) => {
          response.setHeader('Content-Type', metrics.registry.contentType);
          response.end(request.method === 'HEAD' ? undefined : text);
        },
      };
    },
  });
}

/** Whether a request came from this machine itself, and not through a proxy on it. */
export function isFromHere(address: string, headers: Readonly<Record<string, unknown>>): boolean {
  const isProxied = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined);
  return !isProxied && (address === '::1' || (isIP(address) === 4 && address.startsWith('127.')));
}

function knownMethod(method: string): string {
  return ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(method) ? method : 'other';
}
