/** SkyKoi's own mark: a koi in one colour. */

import { koiShape } from "./koi-shape.ts";

const shape = koiShape(0.9);

export const KoiMark = ({ className = "size-6" }: { className?: string }) => (
  <svg aria-hidden viewBox="0 0 48 48" className={`shrink-0 text-koi ${className}`} fill="currentColor">
    <g transform="rotate(38 24 24) translate(-1.5 -0.5)">
      <g opacity="0.55">
        <path d={shape.leftFin} />
        <path d={shape.rightFin} />
        <path d={shape.tail} />
      </g>
      <path d={shape.body} />
    </g>
  </svg>
);
