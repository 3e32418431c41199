/** The language-model port, and the catalogue that gives models by reference. */

export * from "./port.ts";
export { createModelCatalog } from "./catalog.ts";
export { outputLimit } from "./output-limit.ts";
export { estimateTextTokens, estimateTokens, TOKENS_PER_IMAGE, type Estimable } from "./token-estimate.ts";
