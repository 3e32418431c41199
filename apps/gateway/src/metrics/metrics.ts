/** The figures a gateway counts about itself, and their text form for Prometheus. */

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
}

/** Names and base units as Prometheus wants them: seconds, bytes, `_total` for what only grows. */
const FAMILIES = {
  skykoi_runs_total: { type: "counter", help: "Runs that ended, by outcome." },
  skykoi_tokens_total: { type: "counter", help: "Tokens of model calls, by kind and model." },
  skykoi_cost_usd_total: { type: "counter", help: "Cost of model calls in US dollars, by model." },
  skykoi_model_call_duration_seconds: { type: "histogram", help: "How long model calls took, by model." },
  skykoi_tool_duration_seconds: { type: "histogram", help: "How long tools worked, by tool and outcome." },
  skykoi_dropped_clients_total: { type: "counter", help: "Connections closed because their client did not read." },
} as const satisfies Record<string, Family>;

type MetricName = keyof typeof FAMILIES;

export interface Metrics {
  add(name: MetricName, by: number, labels?: Labels): void;
  observe(name: MetricName, seconds: number, labels?: Labels): void;
  /** Prometheus text, version 0.0.4. */
  text(gauges: readonly Gauge[]): string;
}

/** Read at the moment of the request. */
export interface Gauge extends Family {
  readonly name: string;
  readonly value: number;
  readonly labels?: Labels;
}

const BUCKETS_S = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300];
/** Label values come from models: a name more than this is counted as `other`. */
const MAX_SERIES = 100;

interface Series {
  readonly labels: Labels;
  sum: number;
  count: number;
  readonly buckets: number[];
}

export const createMetrics = (): Metrics => {
  const families = new Map<string, Map<string, Series>>();

  const seriesOf = (name: MetricName, labels: Labels): Series => {
    const family = families.get(name) ?? new Map<string, Series>();
    families.set(name, family);
    const known = family.get(labelText(labels));
    if (known) return known;
    if (family.size >= MAX_SERIES) {
      const other = Object.fromEntries(Object.keys(labels).map((key) => [key, "other"]));
      if (labelText(other) !== labelText(labels)) return seriesOf(name, other);
    }
    const series = { labels, sum: 0, count: 0, buckets: BUCKETS_S.map(() => 0) };
    family.set(labelText(labels), series);
    return series;
  };

  return {
    add: (name, by, labels = {}) => {
      seriesOf(name, labels).sum += by;
    },
    observe: (name, seconds, labels = {}) => {
      const series = seriesOf(name, labels);
      series.sum += seconds;
      series.count++;
      for (const [index, limit] of BUCKETS_S.entries()) {
        if (seconds <= limit) series.buckets[index] = (series.buckets[index] ?? 0) + 1;
      }
    },
    text: (gauges) =>
      [...gauges.flatMap(gaugeLines), ...Object.entries(FAMILIES).flatMap(familyLines(families))].join(""),
  };
};

const gaugeLines = (gauge: Gauge, index: number, all: readonly Gauge[]): string[] => {
  const line = `${gauge.name}${labelText(gauge.labels ?? {})} ${gauge.value}\n`;
  return all[index - 1]?.name === gauge.name ? [line] : [head(gauge.name, gauge), line];
};

const familyLines =
  (families: ReadonlyMap<string, ReadonlyMap<string, Series>>) =>
  ([name, family]: [string, Family]): string[] => {
    const all = [...(families.get(name)?.values() ?? [])];
    if (all.length === 0) return [];
    return [head(name, family), ...all.flatMap((series) => seriesLines(name, family, series))];
  };

const seriesLines = (name: string, { type }: Family, { labels, sum, count, buckets }: Series): string[] => {
  if (type !== "histogram") return [`${name}${labelText(labels)} ${sum}\n`];
  const bucket = (limit: string, inside: number): string =>
    `${name}_bucket${labelText({ ...labels, le: limit })} ${inside}\n`;
  return [
    ...BUCKETS_S.map((limit, index) => bucket(String(limit), buckets[index] ?? 0)),
    bucket("+Inf", count),
    `${name}_sum${labelText(labels)} ${sum}\n`,
    `${name}_count${labelText(labels)} ${count}\n`,
  ];
};

const head = (name: string, { help, type }: Family): string => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;

const labelText = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
};

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
