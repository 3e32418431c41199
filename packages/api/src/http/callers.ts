/** Turns a request's headers into the caller its route asks for, or refuses. */

import type { Control } from "@skykoi/control";
import { fault } from "@skykoi/fault";

import type { AuthPort } from "../sign-in/auth-port.ts";
import type { Callers } from "./route.ts";

const BEARER = /^Bearer ([\w.~+/=-]{1,512})$/i;

/** `onSignedIn` receives the cookies a prolonged session sets. */
export const createCallers = (
  control: Pick<Control, "actorFor">,
  auth: AuthPort,
  onSignedIn: (setCookies: readonly string[]) => void,
): Callers => ({
  anonymous: async () => undefined,
  user: async (headers) => {
    const signedIn = await auth.userFor(headers);
    if (!signedIn) throw fault("UNAUTHENTICATED");
    onSignedIn(signedIn.setCookies);
    const { userId, email, name } = signedIn;
    return await control.actorFor({ userId, email, name });
  },
  enrolment: async (headers) => {
    const token = BEARER.exec(headers.get("authorization") ?? "")?.[1];
    if (!token) throw fault("ENROLMENT_REFUSED");
    return token;
  },
});
