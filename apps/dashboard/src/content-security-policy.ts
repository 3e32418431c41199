/** What a page may load and run: ours, from here, and nothing else. */

interface PolicyOptions {
  /** Scripts that carry it may run; new for every page. */
  readonly nonce: string;
  /** The host the browser spoke to; its WebSocket is the only other thing a page connects to. */
  readonly host: string;
  /** React rebuilds server stacks with `eval` while developing; never in production. */
  readonly development: boolean;
}

export const contentSecurityPolicy = ({ nonce, host, development }: PolicyOptions): string => {
  const socketHost = isHost(host) ? ` ws://${host} wss://${host}` : "";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    // Positioned menus set style attributes, which no nonce can cover.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${socketHost}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
};

/** The header is written by the client: only what can be a host goes into the policy. */
const isHost = (value: string): boolean => /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i.test(value);
