/** Who may import whom, as data. Everything not listed is forbidden. */

const GROUND = ["fault", "log", "lock", "schema"];
const MIDDLE = ["control", "model", "protocol", "config"];

/** Workspace member to the members it may import, by short name. */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  fault: [],
  log: ["fault"],
  lock: ["fault"],
  schema: ["fault"],

  protocol: GROUND,
  config: GROUND,
  model: GROUND,
  control: GROUND,

  client: ["fault", "protocol"],
  // The runtime knows nothing of sockets and frames.
  agent: [...GROUND, "model", "config"],
  api: [...GROUND, "control", "protocol", "client"],

  // Tenant side: no database code or credential can reach a tenant's machine.
  gateway: [...GROUND, "agent", "config", "model", "protocol"],
  cli: [...GROUND, "client", "config", "gateway", "protocol"],

  // Platform side.
  relay: [...GROUND, "client", "control", "protocol"],
  provisioner: [...GROUND, "client", "config", "control"],
  dashboard: ["api", "client", "fault", "protocol"],
  standalone: [...GROUND, ...MIDDLE, "api", "client", "dashboard", "provisioner", "relay"],

  tests: [...GROUND, ...MIDDLE, "agent", "api", "client", "gateway", "provisioner", "relay"],
  bench: [...GROUND, ...MIDDLE, "agent", "client", "gateway", "provisioner"],
  root: [...GROUND, "config", "protocol"],
};

/** Test files may also import these, for real counterparts. */
export const ALLOWED_IN_TESTS: readonly string[] = [
  "client",
  "model",
  "config",
  "gateway",
  "agent",
  "protocol",
  "control",
];

/** The only entry points of packages that code running in a browser may load. */
export const BROWSER_ENTRIES: readonly string[] = [
  "@skykoi/client",
  "@skykoi/protocol/wire",
  "@skykoi/fault",
  "@skykoi/api/views",
];

/** Server-side code of the dashboard may also reach the mounted API. */
export const DASHBOARD_SERVER_ENTRIES: readonly string[] = [...BROWSER_ENTRIES, "@skykoi/api/mount"];

/** Members whose code runs on a tenant's machine. */
export const TENANT_SIDE: readonly string[] = ["gateway", "cli", "agent", "model", "config", "client", "protocol"];

/** Names that say nothing about what is inside. */
export const VAGUE_NAMES = /^(utils?|helpers?|common|misc|lib|types|shared)$/;

export const MAX_SOURCE_LINES = 350;
