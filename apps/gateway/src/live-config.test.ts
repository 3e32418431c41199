import { expect, it } from "vitest";

import { createLiveConfig } from "./live-config.ts";
import { testConfig } from "./testing/test-gateway.ts";

it("tells every listener what is in force now and what was before, until it stops listening", () => {
  const [first, second, third] = [testConfig("/a"), testConfig("/b"), testConfig("/c")];
  const live = createLiveConfig(first);
  const heard: unknown[] = [];
  const leave = live.subscribe((next, before) => heard.push([next, before, live.current()]));

  live.replace(second);
  leave();
  live.replace(third);

  expect(heard).toEqual([[second, first, second]]);
  expect(live.current()).toBe(third);
});
