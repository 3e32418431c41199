/** Whether the model of a configuration can be used on this machine, without starting a gateway. */

import type { SkykoiConfig } from "@skykoi/config";
import { isFault } from "@skykoi/fault";
import { createModelCatalog } from "@skykoi/model";

/** A sentence, or undefined when the primary model has its credentials. Nothing is sent anywhere. */
export const modelProblem = (
  config: SkykoiConfig,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined => {
  const { primary } = config.agents.defaults.model;
  const catalog = createModelCatalog({ ...config.models, env });
  try {
    const ref = catalog.resolveRef(primary);
    const model = catalog.list().find((listed) => listed.ref === ref);
    if (!model || model.available) return undefined;
    return `The credentials of ${primary} are not here.`;
  } catch (thrown) {
    if (isFault(thrown)) return thrown.message;
    throw thrown;
  }
};
