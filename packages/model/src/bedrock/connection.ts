/** How Bedrock is reached and asked: its address, its credentials, and what its failures mean. */

import { createAmazonBedrock, type AmazonBedrockProvider } from "@ai-sdk/amazon-bedrock";
import type { Fault } from "@skykoi/fault";

import type { UpstreamFailure } from "../ai-sdk/upstream-failure.ts";
import type { ProviderConfig } from "../port.ts";
import { bedrockFault } from "./bedrock-fault.ts";
import { createCredentialSource } from "./credentials.ts";

export interface BedrockAddress {
  readonly config: ProviderConfig;
  readonly region: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface BedrockConnection {
  /** With credentials for one call. Throws MODEL_AUTH_FAILED with what to do about it. */
  open(signal: AbortSignal): Promise<AmazonBedrockProvider>;
  readonly toFault: (failure: UpstreamFailure) => Fault;
}

export const createBedrockConnection = ({ config, region, env }: BedrockAddress): BedrockConnection => {
  const bearerToken = config.apiKey ?? env["AWS_BEARER_TOKEN_BEDROCK"] ?? "";
  const credentials = createCredentialSource(env);
  const baseURL = config.baseUrl ?? (env["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] || env["AWS_ENDPOINT_URL"]);
  return {
    open: async (signal) => {
      // Asked for here and not by the SDK, which would hide why there are none.
      const signer = bearerToken === "" ? await credentials.get(signal) : undefined;
      return createAmazonBedrock({
        region,
        apiKey: bearerToken, // Empty: sign. Left out, the SDK would look into the process's environment.
        ...(baseURL && { baseURL }),
        ...(signer && { credentialProvider: () => Promise.resolve(signer) }),
      });
    },
    toFault: (failure) => {
      const result = bedrockFault(failure, credentials.renewable);
      if (result.code === "MODEL_AUTH_FAILED") credentials.forget();
      return result;
    },
  };
};
