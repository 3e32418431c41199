/** Where the API of this process is found by code that is bundled apart from it, such as the dashboard's server. */

export interface MountedApi {
  fetch(request: Request): Promise<Response>;
}

/** A bundle holds its own copy of this module; the global registry of symbols is what both share. */
const KEY = Symbol.for("skykoi.api");

export const mountApi = (api: MountedApi): void => {
  Object.defineProperty(globalThis, KEY, { value: api, configurable: true });
};

/** Throws when nothing was mounted: then the dashboard runs without its platform. */
export const mountedApi = (): MountedApi => {
  const found: unknown = Reflect.get(globalThis, KEY);
  if (!isApi(found)) throw new Error("No API is mounted in this process. Start SkyKoi with `npm start`.");
  return found;
};

const isApi = (value: unknown): value is MountedApi =>
  typeof value === "object" && value !== null && "fetch" in value && typeof value.fetch === "function";
