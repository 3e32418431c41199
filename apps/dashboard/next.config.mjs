/** How Next builds and serves the dashboard; plain JavaScript, because a server start should not compile its settings. */

import { fileURLToPath } from "node:url";

const repositoryRoot = fileURLToPath(new URL("../../", import.meta.url));

/** @type {import("next").NextConfig} */
const config = {
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
