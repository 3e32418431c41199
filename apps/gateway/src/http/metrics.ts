/** `GET /metrics`: what the gateway counted, and what it is like at this moment. */

import { performance } from "node:perf_hooks";

import type { GatewayContext } from "../context.ts";
import type { Gauge } from "../metrics/metrics.ts";
import { sendText } from "./problem.ts";
import type { HttpHandler } from "./route.ts";

type Source = Pick<
  GatewayContext,
  "metrics" | "presence" | "lanes" | "store" | "monitor" | "version" | "startedAt" | "lag"
>;

export const createMetricsHandler =
  (source: Source): HttpHandler =>
  ({ response }) =>
    sendText(response, 200, "text/plain; version=0.0.4; charset=utf-8", source.metrics.text(gaugesOf(source)));

const gaugesOf = ({ presence, lanes, store, monitor, version, startedAt, lag }: Source): Gauge[] => {
  const memory = process.memoryUsage();
  const cpu = process.cpuUsage();
  const { running, waiting } = lanes.counts();
  return [
    gauge("skykoi_build_info", "Always 1.", 1, { version, node: process.version }),
    gauge("process_start_time_seconds", "Start of the gateway since the epoch.", startedAt / 1000),
    {
      ...gauge("process_cpu_seconds_total", "CPU time of the process.", (cpu.user + cpu.system) / 1e6),
      type: "counter",
    },
    gauge("process_resident_memory_bytes", "Resident memory of the process.", memory.rss),
    gauge("nodejs_heap_used_bytes", "Used JavaScript heap.", memory.heapUsed),
    gauge("nodejs_external_memory_bytes", "Memory of objects outside the heap.", memory.external),
    gauge("nodejs_eventloop_lag_p99_seconds", "99th percentile of the event loop's lag.", lag.p99Ms() / 1000),
    gauge(
      "nodejs_eventloop_utilization",
      "Share of time spent working.",
      performance.eventLoopUtilization().utilization,
    ),
    gauge("skykoi_degraded_reasons", "Reasons for which the gateway is degraded.", monitor.reasons().length),
    gauge("skykoi_connections", "Connected clients.", presence.count()),
    gauge("skykoi_sessions", "Known sessions.", store.records().length),
    gauge("skykoi_runs_active", "Runs under way.", running),
    gauge("skykoi_inputs_waiting", "Messages waiting for their run.", waiting),
  ];
};

const gauge = (name: string, help: string, value: number, labels?: Gauge["labels"]): Gauge => ({
  name,
  help,
  value,
  type: "gauge",
  ...(labels && { labels }),
});
