/** An agent's face: the koi its id decides, the same in every list, header and message. */

import { useId } from "react";

import { koiPattern } from "./koi-pattern.ts";
import { koiShape } from "./koi-shape.ts";

interface KoiAvatarProps {
  readonly id: string;
  readonly sizePx?: number;
  readonly className?: string;
}

/** Decorative: the agent's name always stands beside it. */
export const KoiAvatar = ({ id, sizePx = 32, className = "" }: KoiAvatarProps) => {
  const clipId = useId();
  const { variety, water, bend, turnDegrees, patches } = koiPattern(id);
  const shape = koiShape(bend);
  return (
    <svg
      aria-hidden
      viewBox="0 0 48 48"
      width={sizePx}
      height={sizePx}
      className={`shrink-0 rounded-[28%] ${className}`}
      data-koi={variety.name}
    >
      <rect width="48" height="48" fill={water} />
      <g transform={`rotate(${turnDegrees} 24 24) translate(24 25) scale(0.86) translate(-24 -24.5)`}>
        <g fill={variety.fins} opacity="0.85">
          <path d={shape.leftFin} />
          <path d={shape.rightFin} />
          <path d={shape.tail} />
        </g>
        <clipPath id={clipId}>
          <path d={shape.body} />
        </clipPath>
        <path d={shape.body} fill={variety.body} />
        <g clipPath={`url(#${clipId})`}>
          {patches.map((patch) => (
            <ellipse
              key={`${patch.x}/${patch.y}`}
              cx={patch.x}
              cy={patch.y}
              rx={patch.radiusX}
              ry={patch.radiusY}
              fill={patch.color}
              transform={`rotate(${patch.turnDegrees} ${patch.x} ${patch.y})`}
            />
          ))}
        </g>
      </g>
    </svg>
  );
};
