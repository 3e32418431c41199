/** One model of which something is known without asking its provider. */

import type { ModelPrice } from "./port.ts";

/**
 * How a model is told to think: `adaptive` takes an effort, `budget` a number of tokens, `by-provider` leaves the
 * choice between the two to the provider's own table.
 */
export type ThinkingStyle = "none" | "adaptive" | "budget" | "by-provider";

export interface KnownModel {
  /** The id at its maker, without date or version. */
  readonly family: string;
  readonly name: string;
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly thinking: ThinkingStyle;
  readonly images: boolean;
  /** As published by its maker; undefined when it is not known. */
  readonly price?: ModelPrice;
  /** On Bedrock, without the geography of an inference profile (`us.`, `eu.`, `global.`). */
  readonly bedrock?: {
    readonly id: string;
    /** The inference profile offered outside the US and the EU. */
    readonly elsewhere: "global" | "apac";
    /** What a profile bound to a geography costs above the global one. */
    readonly geographyFactor: number;
  };
}
