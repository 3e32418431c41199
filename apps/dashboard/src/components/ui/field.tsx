/** A labelled control with its hint and its error, joined for assistive technology. */

import { CircleAlert } from "lucide-react";
import { useId, type ComponentProps, type ReactNode } from "react";

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
}

const control = [
  "w-full rounded-base border border-line-strong bg-surface px-3 text-body text-ink shadow-raised",
  "transition-colors duration-150 hover:not-disabled:border-ink-faint disabled:opacity-60",
  "focus-visible:border-koi focus-visible:outline-3 focus-visible:outline-offset-0 focus-visible:outline-koi/25",
  "aria-invalid:border-bad aria-invalid:focus-visible:outline-bad/25",
  "max-md:text-[1rem]",
].join(" ");

export const TextField = ({ label, hint, error, ...props }: FieldProps & ComponentProps<"input">) => {
  const ids = useFieldIds(hint, error);
  return (
    <FieldFrame label={label} hint={hint} error={error} ids={ids}>
      <input className={`${control} h-10 max-md:h-11`} {...props} {...ids.attributes} />
    </FieldFrame>
  );
};

export const TextAreaField = ({ label, hint, error, ...props }: FieldProps & ComponentProps<"textarea">) => {
  const ids = useFieldIds(hint, error);
  return (
    <FieldFrame label={label} hint={hint} error={error} ids={ids}>
      <textarea
        className={`${control} field-sizing-content min-h-22 resize-none py-2`}
        {...props}
        {...ids.attributes}
      />
    </FieldFrame>
  );
};

const useFieldIds = (hint: ReactNode, error: string | undefined) => {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const describedBy = error ? errorId : hint ? hintId : undefined;
  return {
    hintId,
    errorId,
    attributes: {
      id,
      "aria-invalid": error !== undefined,
      "aria-describedby": describedBy,
    },
  };
};

const FieldFrame = ({
  label,
  hint,
  error,
  ids,
  children,
}: FieldProps & { ids: ReturnType<typeof useFieldIds>; children: ReactNode }) => (
  <div className="grid gap-1.5">
    <label htmlFor={ids.attributes.id} className="text-small font-medium text-ink">
      {label}
    </label>
    {children}
    {error ? (
      <p id={ids.errorId} className="flex gap-1.5 text-small text-bad-text" role="alert">
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        {error}
      </p>
    ) : null}
    {hint && !error ? (
      <p id={ids.hintId} className="text-small text-ink-faint">
        {hint}
      </p>
    ) : null}
  </div>
);
