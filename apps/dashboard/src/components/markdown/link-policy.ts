/** Where text an agent wrote may lead, and which images it may show. Pure. */

export type LinkTarget =
  | { readonly kind: "outside"; readonly href: string }
  | { readonly kind: "mail"; readonly href: string }
  /** A path or a scheme that means nothing in a browser: shown as text. */
  | { readonly kind: "none" };

export const linkTarget = (href: string | undefined): LinkTarget => {
  const url = href === undefined ? null : URL.parse(href.trim());
  if (!url) return { kind: "none" };
  if (url.protocol === "mailto:") return { kind: "mail", href: url.href };
  // A name in front of the host is how one address is made to look like another.
  if ((url.protocol === "https:" || url.protocol === "http:") && !url.username && !url.password) {
    return { kind: "outside", href: url.href };
  }
  return { kind: "none" };
};

export type ImageSource =
  | { readonly kind: "inline"; readonly src: string }
  /** Loading it would tell somebody outside that, and from where, this was read. */
  | { readonly kind: "blocked"; readonly host: string | null };

const inlineImage = /^data:image\/(png|jpeg|gif|webp|avif);base64,[a-z0-9+/=\s]+$/i;

export const imageSource = (src: unknown): ImageSource => {
  if (typeof src !== "string") return { kind: "blocked", host: null };
  if (inlineImage.test(src)) return { kind: "inline", src };
  return { kind: "blocked", host: URL.parse(src)?.host || null };
};

/** Keeps what `imageSource` and `linkTarget` decide about; the library would cut data: addresses before they are asked. */
export const keepUrl = (url: string): string => url;
