/** What the API needs of a sign-in provider: who this is, and the provider's own addresses. */

export interface SignedIn {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  /** `Set-Cookie` values that go out with the answer, when the provider prolonged the session. */
  readonly setCookies: readonly string[];
}

export interface AuthEndpoint {
  readonly method: "GET" | "POST";
  readonly path: string;
}

export interface AuthPort {
  /** The only addresses given to `handler`. */
  readonly endpoints: readonly AuthEndpoint[];
  /** Answers one of the endpoints; the request's body, if any, is JSON within the limits. */
  handler(request: Request): Promise<Response>;
  /** Undefined when nobody is signed in. */
  userFor(headers: Headers): Promise<SignedIn | undefined>;
}
