/** The suites: static checks of the house, then units and contracts, then the journeys end to end. */

import { defineConfig } from "vitest/config";

const shared = {
  pool: "forks",
  testTimeout: 20_000,
  hookTimeout: 60_000,
} as const;

export default defineConfig({
  test: {
    reporters: ["default", "./scripts/testing/closing-line-reporter.ts"],
    globalSetup: ["./tests/setup/postgres.ts"],
    projects: [
      {
        test: {
          ...shared,
          name: "house",
          include: ["tests/house/**/*.test.ts"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: "unit",
          include: ["{packages,apps,scripts}/**/*.test.{ts,tsx}", "tests/{architecture,contract}/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/.next/**", "dist/**"],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: "simulation",
          include: ["tests/simulation/**/*.test.ts"],
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...shared,
          name: "e2e",
          globalSetup: ["./tests/e2e/data-dir.ts"],
          include: ["tests/e2e/**/*.test.ts"],
          fileParallelism: false,
          // A page on a busy machine takes its time.
          expect: { poll: { timeout: 10_000 } },
          // Two steps of the browser's journey fail now and then, and the cause is not found yet: a second failure counts.
          retry: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
