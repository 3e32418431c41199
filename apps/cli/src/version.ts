/** The version of this bundle; the bundler puts it in. */

declare const KOI_VERSION: string | undefined;

export const isBundled = typeof KOI_VERSION === "string";

export const version: string = typeof KOI_VERSION === "string" ? KOI_VERSION : "0.0.0-source";
