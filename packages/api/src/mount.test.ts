import { expect, it } from "vitest";

import { mountApi, mountedApi } from "./mount.ts";

it("an API that was mounted is found, also by another copy of the module, and a missing one is said by name", async () => {
  expect(() => mountedApi()).toThrow(/npm start/);
  const api = { fetch: async () => new Response("here") };
  mountApi(api);
  const copy: typeof import("./mount.ts") = await import(`${import.meta.resolve("./mount.ts")}?copy`);
  expect(copy.mountedApi()).toBe(api);
});
