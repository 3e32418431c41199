export { createBootstrap, type BootstrapOptions, type InstanceBootstrap } from "./bootstrap/bootstrap.ts";
export { resolveModel, type HostSigns, type ModelSettings } from "./bootstrap/model-settings.ts";
export type { Driver, Placement } from "./drivers/driver.ts";
export { createLocalDriver, type LocalDriverOptions } from "./drivers/local/local-driver.ts";
export { createReconciler, type Reconciler, type ReconcilerOptions } from "./reconciler.ts";
