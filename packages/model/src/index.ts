/** The language-model port, and the catalogue that gives models by reference. */

export * from "./port.ts";
export { createModelCatalog } from "./catalog.ts";
export { OFFLINE_REF } from "./offline/offline-info.ts";
