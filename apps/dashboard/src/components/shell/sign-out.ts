/** Ends the session here and forgets everything that was on the page. */

import { callApi } from "../../platform/browser.ts";
import { signInPath } from "../../routes.ts";

export const signOut = async (): Promise<void> => {
  const outcome = await callApi("/api/auth/sign-out", { method: "POST", body: {} });
  // Not signed in any more is what was asked for; when SkyKoi was not reached, the person still is.
  if (outcome.ok || outcome.problem.status === 401) window.location.assign(signInPath(null));
  else window.location.reload();
};
