/** Everything a new instance receives at its enrolment: its configuration and the first files of its workspace. */

import type { EnrolmentGrant } from "@skykoi/control";

import { generateConfig } from "./config-generator.ts";
import type { ModelSettings } from "./model-settings.ts";
import { parsePlacement } from "./placement.ts";
import { workspaceSeeds, type SeedFile } from "./workspace-seeds.ts";

export interface BootstrapOptions {
  readonly model: ModelSettings;
}

export interface InstanceBootstrap {
  /** The text of skykoi.json; holds the gateway's token. */
  readonly config: string;
  readonly workspace: { readonly directory: string; readonly files: readonly SeedFile[] };
}

export const createBootstrap =
  ({ model }: BootstrapOptions) =>
  ({ agent, owner, gatewayToken, placement }: EnrolmentGrant): InstanceBootstrap => {
    const gatewayPlacement = parsePlacement(placement);
    return {
      config: generateConfig({ agent, gatewayToken, placement: gatewayPlacement, model }),
      workspace: { directory: gatewayPlacement.workspace, files: workspaceSeeds({ agent, owner }) },
    };
  };
