/** The table of all methods: one source for the wire, the documentation and the types. */

import type { Static } from "typebox";

import { agentRunMethods } from "./methods/agent.ts";
import { agentFileMethods } from "./methods/agent-files.ts";
import { agentMethods } from "./methods/agents.ts";
import { approvalMethods } from "./methods/approvals.ts";
import { chatMethods } from "./methods/chat.ts";
import { commandMethods } from "./methods/commands.ts";
import { configMethods } from "./methods/config.ts";
import { deviceMethods } from "./methods/devices.ts";
import { sessionDetailMethods } from "./methods/session-details.ts";
import { sessionMethods } from "./methods/sessions.ts";
import { skillMethods } from "./methods/skills.ts";
import { systemMethods } from "./methods/system.ts";
import { usageMethods } from "./methods/usage.ts";
import { logMethods } from "./methods/logs.ts";
import { catalogueMethods } from "./methods/catalogue.ts";
import { cronMethods } from "./methods/cron.ts";
import { heartbeatMethods } from "./methods/heartbeat.ts";
import { wakeMethods } from "./methods/wake.ts";

export const METHODS = {
  ...approvalMethods,
  ...systemMethods,
  ...chatMethods,
  ...commandMethods,
  ...configMethods,
  ...deviceMethods,
  ...agentRunMethods,
  ...sessionMethods,
  ...sessionDetailMethods,
  ...agentMethods,
  ...agentFileMethods,
  ...usageMethods,
  ...cronMethods,
  ...wakeMethods,
  ...skillMethods,
  ...logMethods,
  ...heartbeatMethods,
  ...catalogueMethods,
} as const;

export type MethodName = keyof typeof METHODS;
export type MethodParams<N extends MethodName> = Static<(typeof METHODS)[N]["params"]>;
export type MethodResult<N extends MethodName> = Static<(typeof METHODS)[N]["result"]>;

/** The first of two answers; never, for a method that answers once. */
export type MethodInterim<N extends MethodName> = Static<NonNullable<(typeof METHODS)[N]["interim"]>>;

export const isMethodName = (value: string): value is MethodName => Object.hasOwn(METHODS, value);
