/** The colours koi are bred in; an agent is one of these. */

export interface Variety {
  readonly name: string;
  readonly body: string;
  readonly fins: string;
  /** Lightness of the water it stands out in, 0 to 1. */
  readonly waterLightness: number;
  /** Colours of the patches, the dominant one first. */
  readonly patches: readonly [string, ...string[]];
  /** A single round spot on the head instead of patches. */
  readonly crown?: boolean;
}

const white = "oklch(0.965 0.012 80)";
const pearl = "oklch(0.9 0.012 240)";
const vermilion = "oklch(0.66 0.2 36)";
const sumi = "oklch(0.24 0.02 260)";
const gold = "oklch(0.83 0.14 85)";
const amber = "oklch(0.76 0.16 68)";
const slate = "oklch(0.67 0.045 245)";
const tea = "oklch(0.62 0.085 60)";

export const varieties: readonly [Variety, ...Variety[]] = [
  { name: "kohaku", body: white, fins: pearl, waterLightness: 0.44, patches: [vermilion] },
  { name: "sanke", body: white, fins: pearl, waterLightness: 0.44, patches: [vermilion, sumi] },
  { name: "showa", body: sumi, fins: "oklch(0.42 0.02 260)", waterLightness: 0.8, patches: [vermilion, white] },
  { name: "tancho", body: white, fins: pearl, waterLightness: 0.44, patches: [vermilion], crown: true },
  { name: "ogon", body: gold, fins: "oklch(0.9 0.09 90)", waterLightness: 0.44, patches: ["oklch(0.9 0.1 90)"] },
  {
    name: "asagi",
    body: slate,
    fins: "oklch(0.78 0.03 245)",
    waterLightness: 0.36,
    patches: [vermilion, "oklch(0.5 0.05 250)"],
  },
  { name: "bekko", body: "oklch(0.93 0.055 92)", fins: white, waterLightness: 0.44, patches: [sumi] },
  { name: "utsuri", body: sumi, fins: "oklch(0.42 0.02 260)", waterLightness: 0.8, patches: [amber] },
  { name: "chagoi", body: tea, fins: "oklch(0.74 0.07 65)", waterLightness: 0.36, patches: ["oklch(0.72 0.08 65)"] },
  { name: "hariwake", body: pearl, fins: white, waterLightness: 0.44, patches: [amber] },
];
