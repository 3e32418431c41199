export * from "./port.ts";
export { createModelCatalog } from "./catalog.ts";
export { OFFLINE_REF } from "./offline/offline-info.ts";
