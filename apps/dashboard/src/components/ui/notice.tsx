/** A sentence the reader should not miss, with what to do about it. */

import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

const looks = {
  info: { box: "border-line bg-sunken text-ink-soft", Icon: Info },
  warn: { box: "border-warn/30 bg-warn-wash text-warn-text", Icon: TriangleAlert },
  bad: { box: "border-bad/30 bg-bad-wash text-bad-text", Icon: CircleAlert },
} as const;

interface NoticeProps {
  readonly look: keyof typeof looks;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** Announced at once; for what happens while the reader is elsewhere on the page. */
  readonly urgent?: boolean;
}

export const Notice = ({ look, children, action, urgent = false }: NoticeProps) => {
  const { box, Icon } = looks[look];
  return (
    <div
      role={urgent ? "alert" : undefined}
      className={`flex items-start gap-2.5 rounded-base border px-3 py-2.5 text-small ${box}`}
    >
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="flex min-w-0 grow gap-x-4 gap-y-2.5 max-md:flex-col md:items-center">
        <div className="min-w-0 grow">{children}</div>
        {action ? <div className="shrink-0 md:-my-1">{action}</div> : null}
      </div>
    </div>
  );
};
