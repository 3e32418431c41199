/** A model that acts with a tool when a message names what for, so that what was done can be counted on the disk. */

import { setImmediate as turn } from "node:timers/promises";

import { finish, lastUserText, say, type Script } from "@skykoi/gateway/testing";

const NAMED = /\[(?<name>\S+)\]/;

/** Each call writes a file of its own: `effects/<name>.<call>`. */
export const createToolScript = (alive: () => boolean): Script => {
  let calls = 0;
  return async function* working(request) {
    await turn();
    if (!alive()) throw new Error("this process is dead");
    const name = NAMED.exec(lastUserText(request))?.groups?.["name"];
    const isFresh = request.messages.at(-1)?.role === "user";
    if (isFresh && name !== undefined) {
      const id = `call-${++calls}`;
      yield { type: "tool-call", id, name: "write", input: { path: `effects/${name}.${id}`, content: id } };
      yield { ...finish, reason: "tool-calls" };
    } else yield* say("Well done, and more than twenty characters of it.");
  };
};
