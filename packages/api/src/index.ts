export { CLIENT_ADDRESS_HEADER, createApi, type Api, type ApiOptions } from "./api.ts";
export type { Bootstrap, InstanceSetup } from "./routes/parts.ts";
export type { AuthEndpoint, AuthPort, SignedIn } from "./sign-in/auth-port.ts";
