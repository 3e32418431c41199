/** The offline model's entry in the catalogue, apart from its code so that listing it loads nothing. */

import type { ModelInfo } from "../port.ts";

export const OFFLINE_REF = "offline/demo";

export const OFFLINE_INFO: ModelInfo = {
  ref: OFFLINE_REF,
  provider: "offline",
  name: "Offline demo (not a language model)",
  contextWindow: 128_000,
  maxOutputTokens: 8_192,
  reasoning: false,
  input: ["text"],
  demo: true,
};
