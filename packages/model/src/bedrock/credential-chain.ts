/**
 * The AWS SDK's default credential chain, behind a module of ours: the SDK is CommonJS, and a bundler that splits code
 * gives a dynamic import of CommonJS only its default export.
 */

import { fromNodeProviderChain } from "@aws-sdk/credential-providers";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** `ignoreCache`: a profile edited while the gateway runs counts from the next chain on. */
export const createCredentialChain = (): (() => Promise<AwsCredentials>) =>
  fromNodeProviderChain({ ignoreCache: true });
