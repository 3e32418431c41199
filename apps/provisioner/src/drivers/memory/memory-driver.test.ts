import { describeDriver } from "../contract.ts";
import { createMemoryDriver } from "./memory-driver.ts";

describeDriver("memory", async () => {
  const driver = createMemoryDriver();
  return {
    driver,
    crash: async (instanceId) =>
      driver.die(instanceId, { reason: { code: "AGENT_UNREACHABLE", message: "It ended." }, retry: "later" }),
    dispose: () => driver.close(),
  };
});
