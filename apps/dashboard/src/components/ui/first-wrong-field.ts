/** Where the cursor goes when a form is refused: the first field that has an error. */

export const firstWrongField = (
  form: HTMLFormElement,
  errors: Readonly<Record<string, string>>,
): HTMLElement | undefined => {
  for (const element of form.elements) {
    const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
    if (isField && Object.hasOwn(errors, element.name)) return element;
  }
  return undefined;
};
