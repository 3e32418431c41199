/** The configuration in force: read at the moment of use, replaced as a whole when the file changed. */

import type { SkykoiConfig } from "@skykoi/config";

export interface LiveConfig {
  /** Never kept over a wait: the next message may find another one. */
  readonly current: () => SkykoiConfig;
  replace(next: SkykoiConfig): void;
  /** Called after each replacement. Answers how to stop listening. */
  subscribe(changed: (next: SkykoiConfig, before: SkykoiConfig) => void): () => void;
}

export const createLiveConfig = (initial: SkykoiConfig): LiveConfig => {
  const listeners = new Set<(next: SkykoiConfig, before: SkykoiConfig) => void>();
  let config = initial;

  return {
    current: () => config,
    replace: (next) => {
      const before = config;
      config = next;
      for (const changed of listeners) changed(next, before);
    },
    subscribe: (changed) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
  };
};
