/** Where the log of a gateway's home is. */

import { join } from "node:path";

export const logPath = (home: string): string => join(home, "logs", "gateway.log");
