/** The environment of the agent's commands: a short list of harmless names, so that no secret of the gateway is in it. */

const INHERITED = ["PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "USER", "LOGNAME", "SHELL", "TERM"] as const;

const DEFAULTS = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", TERM: "dumb" };

export type Environment = Readonly<Record<string, string | undefined>>;

/** `gateway`: the environment of the gateway; `home`: what HOME becomes. */
export const commandEnvironment = (gateway: Environment, home: string): Readonly<Record<string, string>> => {
  const inherited = INHERITED.flatMap((name) => {
    const value = gateway[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return { ...DEFAULTS, ...Object.fromEntries(inherited), HOME: home };
};
