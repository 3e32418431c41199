import { EVENTS, METHODS, SCOPES, hasScope, isMethodName, type Scope } from "@skykoi/protocol";
import { describe, expect, it } from "vitest";

import { createEventHub } from "../events/event-hub.ts";
import { createEventLog } from "../events/event-log.ts";
import { createMemoryJournal } from "../testing/memory-journal.ts";
import { createMethodTable, type Handlers } from "./method-table.ts";

/** Every set of scopes a connection may have. */
const SCOPE_SETS: readonly (readonly Scope[])[] = SCOPES.reduce<Scope[][]>(
  (sets, scope) => [...sets, ...sets.map((set) => [...set, scope])],
  [[]],
);

const names = Object.keys(METHODS).filter(isMethodName);

describe("every method with every set of scopes", () => {
  // Reached only by who may: what they answer does not matter here.
  const handlers = Object.fromEntries(names.map((name) => [name, () => "reached"]));
  const isComplete = (value: object): value is Handlers => names.every((name) => name in value);
  if (!isComplete(handlers)) throw new Error("a method has no handler");
  const table = createMethodTable(handlers);

  it.each(names)("%s runs for exactly those that have its scope", async (name) => {
    for (const scopes of SCOPE_SETS) {
      const caller = {
        connId: "c",
        scopes,
        filter: { wants: () => true, subscribe: () => true, unsubscribe: () => true },
      };
      const reached = await table
        .call(name, METHODS[name].example.params, Object(caller), () => undefined)
        .then(
          () => true,
          (thrown: unknown) => (Object(thrown).code === "FORBIDDEN" ? false : Promise.reject(thrown)),
        );
      expect([scopes, reached]).toEqual([scopes, hasScope(scopes, METHODS[name].scope)]);
    }
  });
});

describe("every event with every set of scopes", () => {
  it.each(Object.entries(EVENTS))("%s is seen by exactly those that have its scope", (name, { scope, durable }) => {
    for (const scopes of SCOPE_SETS) {
      const hub = createEventHub(
        createEventLog({ journal: createMemoryJournal(), maxEvents: 10, maxCharacters: 1000 }),
      );
      const seen: string[] = [];
      hub.attach({ scopes, wantsSession: () => true, sendEvent: ({ event }) => void seen.push(event) }, []);
      if (durable) call(hub, "publish", [name, "agent:main:main", {}]);
      else call(hub, "broadcast", [name, {}]);
      expect([scopes, seen]).toEqual([scopes, scope === undefined || hasScope(scopes, scope) ? [name] : []]);
    }
  });
});

/** Calls with names and payloads of all kinds, which the types keep apart. */
const call = (target: object, method: string, args: readonly unknown[]): void => {
  Reflect.apply(Reflect.get(target, method), target, args);
};
