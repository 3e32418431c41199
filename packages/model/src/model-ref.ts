/** A model reference `provider/model`; the model may hold further slashes. */

import { fault } from "@skykoi/fault";

export interface ModelRef {
  readonly provider: string;
  readonly modelId: string;
}

/** Throws MODEL_NOT_FOUND when a half is missing. */
export const parseModelRef = (ref: string): ModelRef => {
  const slash = ref.indexOf("/");
  const provider = ref.slice(0, slash);
  const modelId = ref.slice(slash + 1);
  if (slash < 1 || modelId === "") {
    throw fault("MODEL_NOT_FOUND", { message: `"${ref}" is not a model reference; write provider/model.` });
  }
  return { provider, modelId };
};
