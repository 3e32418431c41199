/**
 * A throw-away PostgreSQL cluster for the whole test run, from the machine's own binaries. Suites find it in
 * SKYKOI_TEST_DATABASE_URL. Where PostgreSQL is missing this says so by name, and fails in CI.
 */

import { execFileSync, type ExecFileSyncOptions } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const DEBIAN_ROOT = "/usr/lib/postgresql";

/** The folder with initdb and pg_ctl, the newest version first. */
const findBinaries = (): string | undefined => {
  const versions = existsSync(DEBIAN_ROOT) ? readdirSync(DEBIAN_ROOT).toSorted((a, b) => Number(b) - Number(a)) : [];
  const candidates = [
    ...versions.map((version) => join(DEBIAN_ROOT, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  return candidates.find((folder) => ["initdb", "pg_ctl"].every((program) => existsSync(join(folder, program))));
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port was assigned")),
      );
    });
  });

/** PostgreSQL refuses to run as root: its own system user takes over then. */
const unprivilegedUser = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  return { uid: systemId("-u"), gid: systemId("-g") };
};

const systemId = (flag: "-u" | "-g"): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));

export default async function startPostgres(): Promise<(() => void) | undefined> {
  if (process.env.SKYKOI_TEST_DATABASE_URL) return undefined;
  const binaries = findBinaries();
  if (!binaries) {
    const message = "PostgreSQL is not installed (initdb, pg_ctl): the database suites cannot run on PostgreSQL.";
    if (process.env.CI) throw new Error(message);
    process.stderr.write(`${message} They run on the embedded database only.\n`);
    return undefined;
  }

  const directory = mkdtempSync(join(tmpdir(), "skykoi-postgres-"));
  const user = unprivilegedUser();
  chmodSync(directory, 0o755);
  if (user) chownSync(directory, user.uid, user.gid);
  const options: ExecFileSyncOptions = { ...user, cwd: directory, stdio: "pipe", timeout: 60_000 };
  const data = join(directory, "data");
  const port = await freePort();

  execFileSync(
    join(binaries, "initdb"),
    ["-D", data, "-U", "skykoi", "-A", "trust", "-E", "UTF8", "--no-sync"],
    options,
  );
  const settings = `-p ${port} -k ${directory} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200`;
  const control = join(binaries, "pg_ctl");
  execFileSync(control, ["start", "-w", "-D", data, "-l", join(directory, "log"), "-o", settings], {
    ...options,
    stdio: "ignore",
  });
  process.env.SKYKOI_TEST_DATABASE_URL = `postgres://skykoi@127.0.0.1:${port}/postgres`;

  return () => {
    execFileSync(control, ["stop", "-m", "immediate", "-D", data], options);
    rmSync(directory, { recursive: true, force: true });
  };
}
