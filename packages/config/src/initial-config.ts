/** The skykoi.json of a home that has none: a gateway with a token of its own. */

import { access } from "node:fs/promises";

import { configPath, lastGoodPath } from "./home.ts";
import { writePrivateFile } from "./private-file.ts";

/** True when the home was configured before, even if the file has vanished since. */
export const isConfigured = async (home: string): Promise<boolean> => {
  const found = await Promise.all([configPath(home), lastGoodPath(home)].map(exists));
  return found.includes(true);
};

/** Writes the file (0600) and gives back its path. `token` must be random. */
export const writeInitialConfig = async (home: string, token: string): Promise<string> => {
  const path = configPath(home);
  await writeConfigText(
    home,
    `// Everything that is not written here has a default.
{
  gateway: {
    mode: "local",
    auth: { mode: "token", token: ${JSON.stringify(token)} },
  },
}
`,
  );
  return path;
};

/** Replaces skykoi.json (0600) with `text`, atomically. */
export const writeConfigText = (home: string, text: string): Promise<void> => writePrivateFile(configPath(home), text);

const exists = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
