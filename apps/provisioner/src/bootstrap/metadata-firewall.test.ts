import { execFileSync, spawnSync } from "node:child_process";

import { describe, expect, it } from "vitest";

import { metadataFirewall } from "./metadata-firewall.ts";

const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
const works = (command: string): boolean => spawnSync("/bin/sh", ["-c", command], { env: { PATH } }).status === 0;

const programs = ["nft", "ip", "setpriv", "python3", "unshare"].filter((name) => !works(`command -v ${name}`));
const canTry = programs.length === 0 && works("unshare --net nft list ruleset");
const why =
  programs.length > 0 ? `${programs.join(", ")} not installed` : "this process may not make a network namespace";

if (programs.length > 0 && process.env["CI"] !== undefined) throw new Error(`Not installed: ${programs.join(", ")}.`);

/** 65534 is the user nobody everywhere. */
const UID = 65_534;

/** What a connection of a user to each address comes to, in a network of its own where every address answers. */
const reaches = (uid: number, addresses: readonly string[]): string => {
  const connect = `
import socket, sys
for address in sys.argv[1:]:
    try:
        socket.create_connection((address, 8080), 2).close()
        print(address, "reached")
    except OSError as error:
        print(address, type(error).__name__)
`;
  const serve = `
import socket
for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
    listener = socket.socket(family)
    if family == socket.AF_INET6: listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.bind((address, 8080)); listener.listen(64)
    globals()["kept" + address] = listener
print("up", flush=True)
import time
time.sleep(60)
`;
  const local = addresses.map(
    (address) => `ip addr add ${address}/${address.includes(":") ? "128 nodad" : "32"} dev lo`,
  );
  const script = `
set -e
ip link set lo up
${local.join("\n")}
printf '%s' "$RULES" | nft -f -
printf '%s' "$RULES" | nft -f -
exec 3< <(python3 -c "$SERVE")
read -r -u 3 up
setpriv --reuid ${uid} --clear-groups python3 -c "$CONNECT" ${addresses.join(" ")}
kill $!
`;
  const rules = metadataFirewall({ uid: UID });
  const env = { PATH, RULES: rules, SERVE: serve, CONNECT: connect };
  return execFileSync("unshare", ["--net", "/bin/bash", "-c", script], { env, encoding: "utf8" }).trim();
};

const CLOUD = ["169.254.169.254", "169.254.170.2", "fd00:ec2::254"];
const OTHERS = ["10.1.2.3", "fd00::1"];

describe(`the metadata firewall${canTry ? "" : ` (partly skipped: ${why})`}`, () => {
  it("names the user and no other table", () => {
    const rules = metadataFirewall({ uid: 1234 });
    expect(rules.match(/meta skuid 1234 /g)).toHaveLength(2);
    expect(rules.match(/table inet \w+/g)).toEqual(Array.from({ length: 3 }, () => "table inet skykoi"));
  });

  it.skipIf(!canTry)("keeps that user from the metadata addresses and from nothing else", () => {
    const lines = reaches(UID, [...CLOUD, ...OTHERS]).split("\n");
    for (const address of CLOUD) expect(lines).toContain(`${address} ConnectionRefusedError`);
    for (const address of OTHERS) expect(lines).toContain(`${address} reached`);
  });

  it.skipIf(!canTry)("leaves the other users alone", () => {
    expect(reaches(65_533, CLOUD)).toBe(CLOUD.map((address) => `${address} reached`).join("\n"));
  });
});
