/** Where an OpenAI-compatible provider is reached. */

import { fault } from "@skykoi/fault";

import type { ProviderConfig } from "../port.ts";

/** Throws CONFIG_INVALID without a base URL. */
export const requireAddress = (provider: string, { baseUrl }: ProviderConfig): string => {
  if (baseUrl) return baseUrl;
  throw fault("CONFIG_INVALID", { message: `models.providers.${provider} needs a baseUrl.` });
};
