"use client";

/** Whether this page's scripts run yet: before that a form would be sent the browser's own way. */

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
