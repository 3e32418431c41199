import { expect, it } from "vitest";

import { createSessionFilter } from "./session-filter.ts";

it("wants all sessions until the first choice, then the chosen ones", () => {
  const filter = createSessionFilter();
  expect([filter.wants("a"), filter.subscribed()]).toEqual([true, ["*"]]);
  filter.subscribe("a");
  expect([filter.wants("a"), filter.wants("b"), filter.subscribed()]).toEqual([true, false, ["a"]]);
  filter.subscribe("b");
  filter.unsubscribe("a");
  expect([filter.wants("a"), filter.wants("b")]).toEqual([false, true]);
  filter.unsubscribe(undefined);
  expect([filter.wants("b"), filter.subscribed()]).toEqual([false, []]);
  filter.subscribe(undefined);
  expect(filter.wants("z")).toBe(true);
});

it("takes a bounded number of names", () => {
  const filter = createSessionFilter();
  for (let index = 0; index < 256; index++) filter.subscribe(`agent:main:${index}`);
  filter.subscribe("agent:main:0");
  expect(() => filter.subscribe("agent:main:one-more")).toThrow("without a key it follows all of them");
  expect([filter.subscribed().length, filter.wants("agent:main:one-more")]).toEqual([256, false]);
});
