/** How Next builds and serves the dashboard. */

import { fileURLToPath } from "node:url";

import type { NextConfig } from "next";

const repositoryRoot = fileURLToPath(new URL("../../", import.meta.url));

const config: NextConfig = {
  outputFileTracingRoot: repositoryRoot,
  turbopack: { root: repositoryRoot },
  transpilePackages: ["@skykoi/api", "@skykoi/client", "@skykoi/fault", "@skykoi/protocol"],
  // Types are checked for the whole repository by `tsc`, before any build.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  agentRules: false,
  devIndicators: false,
  images: { unoptimized: true },
};

export default config;
