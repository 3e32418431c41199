/** The Unix user that commands run as: the gateway's own, or another one that can reach nothing of the gateway. */

import { execFile } from "node:child_process";

import { sendSignal, type SendSignal } from "./process-tree.ts";

interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
}

export interface CommandUser {
  /** How a program is started as this user. Rejects with a sentence when the user cannot be had. */
  launch(program: string, args: readonly string[], environment: Launch["environment"]): Promise<Launch>;
  readonly send: SendSignal;
}

export const ownUser: CommandUser = {
  launch: async (file, args, environment) => ({ file, args, environment }),
  send: sendSignal,
};

/** `name`: empty for the gateway's own user. */
export const createCommandUser = (name: string, isRoot = process.getuid?.() === 0): CommandUser => {
  if (name === "") return ownUser;
  return isRoot ? throughIds(name) : throughSudo(name);
};

/** A gateway that runs as root gives its rights away when it starts the program; supplementary groups go, too. */
const throughIds = (name: string): CommandUser => {
  let ids: Promise<readonly [uid: number, gid: number]> | undefined;
  return {
    launch: async (file, args, environment) => {
      ids ??= lookUp(name);
      const [uid, gid] = await ids;
      return { file, args, environment: { ...environment, USER: name, LOGNAME: name }, uid, gid };
    },
    send: sendSignal,
  };
};

/** Needs one line of sudoers; the variables go as arguments, since sudo passes on none. */
const throughSudo = (name: string): CommandUser => {
  const as = (args: readonly string[]): readonly string[] => ["-n", "-u", name, "--", ...args];
  return {
    launch: async (file, args, environment) => {
      const variables = Object.entries({ ...environment, USER: name, LOGNAME: name });
      const settings = variables.map(([key, value]) => `${key}=${value}`);
      return {
        file: "sudo",
        args: as(["/usr/bin/env", "-i", ...settings, file, ...args]),
        environment: { PATH: environment["PATH"] ?? "/usr/bin:/bin" },
      };
    },
    // A process that is gone makes `kill` complain, which says nothing new.
    send: (ids, signal) =>
      new Promise((resolve) => {
        const args = as(["/bin/kill", "-s", signal.slice(3), "--", ...ids.map(String)]);
        execFile("sudo", [...args], { timeout: 5_000 }, () => resolve());
      }),
  };
};

const lookUp = async (name: string): Promise<readonly [uid: number, gid: number]> => {
  const [uid, gid] = await Promise.all([idOf("-u", name), idOf("-g", name)]);
  if (uid === 0) throw new Error(`tools.exec.runAs names "${name}", which is root.`);
  return [uid, gid];
};

const idOf = (option: "-u" | "-g", name: string): Promise<number> =>
  new Promise((resolve, reject) => {
    execFile("id", [option, "--", name], (error, stdout) => {
      if (error) reject(new Error(`tools.exec.runAs names the user "${name}", which this machine does not have.`));
      else resolve(Number(stdout));
    });
  });
