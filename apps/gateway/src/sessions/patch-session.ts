/** Changes what one session does differently: its name, model, thinking, way of waiting. */

import type { ModelCatalog } from "@skykoi/model";

import type { SessionAddress } from "./session-key.ts";
import type { SessionRecord } from "./session-record.ts";
import type { SessionStore } from "./session-store.ts";

type Overrides = NonNullable<SessionRecord["overrides"]>;

/** undefined: as it is; null: as the configuration says. */
export interface SessionPatch {
  readonly label?: string | null | undefined;
  /** A model reference or an alias. */
  readonly model?: string | null | undefined;
  readonly thinking?: Overrides["thinking"] | null;
  readonly queueMode?: Overrides["queueMode"] | null;
}

export interface PatchSource {
  readonly store: SessionStore;
  readonly catalog: Pick<ModelCatalog, "resolve">;
}

/** Creates the session of a new key. Throws MODEL_NOT_FOUND for a model that cannot be used, STORAGE_FAILED. */
export const patchSession = async (
  { store, catalog }: PatchSource,
  address: SessionAddress,
  patch: SessionPatch,
): Promise<SessionRecord> => {
  const { label, model, thinking, queueMode } = patch;
  if (typeof model === "string") await catalog.resolve(model);
  const patched = store.update(address, (record) => {
    const { overrides: before, ...rest } = record;
    const overrides = withoutDefaults({ ...before, ...withoutUndefined({ model, thinking, queueMode }) });
    return {
      ...rest,
      ...(label !== undefined && { label: label ?? address.key }),
      ...(Object.keys(overrides).length > 0 && { overrides }),
    };
  });
  await store.save(address);
  return patched;
};

const withoutUndefined = (changes: Omit<SessionPatch, "label">): Omit<SessionPatch, "label"> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));

const withoutDefaults = ({ model, thinking, queueMode }: Omit<SessionPatch, "label">): Overrides => ({
  ...(model && { model }),
  ...(thinking && { thinking }),
  ...(queueMode && { queueMode }),
});
