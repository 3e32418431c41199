/** The `config.*` methods, and the life of the watch over skykoi.json. */

import {
  changedKeys,
  configJsonSchema,
  redactConfig,
  redactWritten,
  type ConfigChange,
  type ConfigFile,
  type SkykoiConfig,
} from "@skykoi/config";
import type { MethodResult } from "@skykoi/protocol";

import type { GatewayContext } from "../context.ts";
import type { Feature } from "../feature.ts";
import type { Handlers } from "../rpc/method-table.ts";
import { lookUpKey } from "./config-lookup.ts";
import { createConfigReload, type ConfigReload } from "./config-reload.ts";
import { watchConfig } from "./config-watch.ts";

type ConfigSource = Pick<GatewayContext, "configFile" | "startedFrom" | "config" | "monitor" | "hub" | "log">;

type ConfigMethods = Pick<
  Handlers,
  "config.get" | "config.schema" | "config.schema.lookup" | "config.set" | "config.patch" | "config.apply"
>;

export const createConfigFeature = (source: ConfigSource): Feature<ConfigMethods> => {
  const log = source.log.child("config");
  const { configFile: file, config, monitor, hub, startedFrom } = source;
  const reload = createConfigReload({ file, config, ...startedFrom, monitor, hub, log });
  let unwatch: (() => void) | undefined;
  let looking = Promise.resolve();
  const look = (): void => {
    looking = reload.check();
  };

  return {
    methods: answers(source, reload),
    begin: () => {
      unwatch = watchConfig(file.path, look, log);
      look();
    },
    tick: look,
    stop: () => unwatch?.(),
    close: () => looking,
  };
};

const answers = ({ config, configFile: file }: ConfigSource, reload: ConfigReload): ConfigMethods => {
  const change = async (wanted: ConfigChange, baseHash?: string): Promise<MethodResult<"config.set">> => {
    await reload.check();
    const before = await wantedConfig(file, config.current());
    const { hash, parsed } = await file.change(wanted, baseHash);
    await reload.check();
    return {
      ok: true,
      hash,
      changed: [...changedKeys(before, parsed.config).changed],
      restartNeeded: [...reload.restartNeeded()],
      warnings: [...parsed.warnings],
    };
  };

  return {
    "config.get": async () => {
      await reload.check();
      const { value, exists, hash, parsed } = await file.read();
      return {
        path: file.path,
        exists,
        hash,
        valid: parsed.ok,
        problems: parsed.ok ? [] : [...parsed.problems],
        warnings: parsed.ok ? [...parsed.warnings] : [],
        lastGoodInUse: reload.isBroken(),
        restartNeeded: [...reload.restartNeeded()],
        config: redactConfig(config.current()),
        written: redactWritten(value) ?? null,
      };
    },
    "config.schema": () => ({ schema: configJsonSchema() }),
    "config.schema.lookup": ({ path }) => lookUpKey(path),
    "config.set": ({ path, value, baseHash }) => change({ kind: "set", path, value }, baseHash),
    "config.patch": ({ patch, baseHash }) => change({ kind: "patch", patch }, baseHash),
    "config.apply": ({ raw, baseHash }) => change({ kind: "apply", text: raw }, baseHash),
  };
};

/** What the file asks for, or what is in force where it cannot be used. */
const wantedConfig = async (file: ConfigFile, inForce: SkykoiConfig): Promise<SkykoiConfig> => {
  const { parsed } = await file.read();
  return parsed.ok ? parsed.config : inForce;
};
