/** The generated pages by their path in the checkout. */

import { configurationPage, configurationSchema } from "./configuration-page.ts";
import { errorsPage } from "./errors-page.ts";
import { protocolPage, protocolSchema } from "./protocol-page.ts";

export const GENERATED_PAGES: Readonly<Record<string, () => string>> = {
  "docs/protocol.md": protocolPage,
  "docs/protocol.schema.json": protocolSchema,
  "docs/errors.md": errorsPage,
  "docs/configuration.md": configurationPage,
  "docs/skykoi.schema.json": configurationSchema,
};
