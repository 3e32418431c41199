export { createBootstrap, type BootstrapOptions, type InstanceBootstrap } from "./bootstrap/bootstrap.ts";
export { resolveModel, type HostSigns, type ModelSettings } from "./bootstrap/model-settings.ts";
export { nginxSite, type NginxSiteOptions } from "./bootstrap/nginx-site.ts";
export type {
  Driver,
  ExitReport,
  LaunchRequest,
  Machine,
  MachineRef,
  MachineState,
  Placement,
} from "./drivers/driver.ts";
export { createLocalDriver, type LocalDriverOptions } from "./drivers/local/local-driver.ts";
export { createMemoryDriver, type MemoryDriver, type MemoryDriverOptions } from "./drivers/memory/memory-driver.ts";
export { createReconciler, type Reconciler, type ReconcilerOptions } from "./reconciler.ts";
