/** Writes the nginx site of an instance: TLS with its own certificate in front of the gateway, and nothing else. */

export interface NginxSiteOptions {
  /** The gateway's port on 127.0.0.1. */
  readonly gatewayPort: number;
  /** Absolute paths on the instance. */
  readonly certificatePath: string;
  readonly keyPath: string;
  readonly listenPort?: number;
  /** Answers plain HTTP with a redirect; null: nobody listens there. */
  readonly redirectPort?: number | null;
}

/** Above the largest frame the gateway takes, so that the gateway says itself what is too large. */
const MAX_BODY = "26m";
const CONNECTIONS_PER_ADDRESS = 64;

/** For `sites-enabled`, that is inside `http {}`. Throws RangeError for what could end a directive. */
export const nginxSite = ({
  gatewayPort,
  certificatePath,
  keyPath,
  listenPort = 443,
  redirectPort = 80,
}: NginxSiteOptions): string => `# Written by SkyKoi. The gateway listens on the loopback interface only; this is the one way in.
map $http_upgrade $skykoi_connection {
    default upgrade;
    ""      "";
}

limit_conn_zone $binary_remote_addr zone=skykoi_connections:1m;

server {
    listen ${listenPort} ssl default_server;
    server_name _;
    server_tokens off;

    ssl_certificate     ${path(certificatePath)};
    ssl_certificate_key ${path(keyPath)};
    ssl_protocols       TLSv1.2 TLSv1.3;
    ssl_session_cache   shared:skykoi_tls:1m;
    ssl_session_tickets off;

    client_max_body_size        ${MAX_BODY};
    client_header_timeout       10s;
    client_body_timeout         30s;
    large_client_header_buffers 4 16k;
    limit_conn                  skykoi_connections ${CONNECTIONS_PER_ADDRESS};
    limit_conn_status           429;

    location / {
        proxy_pass         http://127.0.0.1:${gatewayPort};
        proxy_http_version 1.1;
        proxy_buffering    off;

        # Overwritten, never appended to: nobody outside can pretend to be somebody else.
        proxy_set_header Host              $host;
        proxy_set_header Upgrade           $http_upgrade;
        proxy_set_header Connection        $skykoi_connection;
        proxy_set_header X-Real-IP         $remote_addr;
        proxy_set_header X-Forwarded-For   $remote_addr;
        proxy_set_header X-Forwarded-Host  $host;
        proxy_set_header X-Forwarded-Proto https;
        proxy_set_header Forwarded         "";

        # The gateway ticks far more often than this; a socket that says nothing for so long is dead.
        proxy_connect_timeout 5s;
        proxy_read_timeout    120s;
        proxy_send_timeout    120s;
    }
}
${redirectPort === null ? "" : redirectServer(redirectPort)}`;

const redirectServer = (port: number): string => `
server {
    listen ${port} default_server;
    server_name _;
    server_tokens off;
    return 301 https://$host$request_uri;
}
`;

const path = (value: string): string => {
  if (/^\/[\w./-]+$/.test(value)) return value;
  throw new RangeError(`not a path that can stand in a configuration: ${value}`);
};
