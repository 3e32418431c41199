/** Which koi an agent is: variety, patches, direction and water, decided by its id alone. */

import { varieties, type Variety } from "./koi-varieties.ts";
import { seededNumbers } from "./seeded.ts";

interface Patch {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
  readonly turnDegrees: number;
  readonly color: string;
}

export interface KoiPattern {
  readonly variety: Variety;
  readonly water: string;
  readonly bend: number;
  readonly turnDegrees: number;
  readonly patches: readonly Patch[];
}

export const koiPattern = (id: string): KoiPattern => {
  const next = seededNumbers(id);
  const between = (low: number, high: number) => Math.round((low + next() * (high - low)) * 100) / 100;
  const variety = varieties[Math.floor(next() * varieties.length)] ?? varieties[0];
  const waterHue = between(195, 275);
  return {
    variety,
    water: `oklch(${variety.waterLightness} 0.06 ${waterHue})`,
    bend: between(0.45, 1) * (next() < 0.5 ? -1 : 1),
    turnDegrees: Math.floor(next() * 8) * 45 + between(-12, 12),
    patches: variety.crown ? [crown(variety)] : patches(variety, between),
  };
};

const crown = (variety: Variety): Patch => ({
  x: 24,
  y: 11.5,
  radiusX: 4.6,
  radiusY: 4.4,
  turnDegrees: 0,
  color: variety.patches[0],
});

/** One patch for the head, one for the back, one before the tail, each off the middle a little. */
const patches = (variety: Variety, between: (low: number, high: number) => number): Patch[] =>
  [9, 19, 29].map((y, index) => ({
    x: between(20, 28),
    y: y + between(-1.5, 2.5),
    radiusX: between(4.5, 8),
    radiusY: between(3, 5.5),
    turnDegrees: between(-35, 35),
    color: variety.patches[index % variety.patches.length] ?? variety.patches[0],
  }));
