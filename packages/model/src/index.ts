/** The language-model port, and the catalogue that gives models by reference. */

export * from "./port.ts";
export { createModelCatalog } from "./catalog.ts";
