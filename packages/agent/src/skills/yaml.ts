/** The YAML reader, in a file of its own so that it is loaded with the first skill and not before. */

import { parse } from "yaml";

/** Throws for what cannot be read, and for what would unfold to very much. */
export const parseYaml = (text: string): unknown => parse(text, { maxAliasCount: 20, logLevel: "error" });
