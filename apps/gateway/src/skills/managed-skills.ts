/** Where installed skills are. */

import { join } from "node:path";

export const managedSkills = (home: string): string => join(home, "skills");
