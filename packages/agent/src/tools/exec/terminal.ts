/**
 * A pseudo-terminal around a command. Node has none and a native module cannot be part of one bundled file, so the few
 * lines that the system calls need run in the Python that every server distribution has.
 */

import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";

const TERMINAL_SIZE = { columns: 120, rows: 40 } as const;

/** Relays between its own standard streams and a terminal, and ends as its command ended. */
const RELAY = `
import fcntl, os, pty, select, signal, struct, sys, termios, time
child, fd = pty.fork()
if child == 0:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", int(sys.argv[2]), int(sys.argv[1]), 0, 0))
    os.execv(sys.argv[3], sys.argv[3:])
wake, bell = os.pipe()
os.set_blocking(bell, False)
signal.signal(signal.SIGCHLD, lambda *_: None)
signal.set_wakeup_fd(bell)
os.set_blocking(fd, False)
status, until, open_input, waiting = None, None, True, b""
while True:
    if status is None:
        done, value = os.waitpid(child, os.WNOHANG)
        if done: status, until = value, time.monotonic() + 0.2
    if until is not None and time.monotonic() > until: break
    readers = [fd, wake] + ([0] if open_input and len(waiting) < 65536 else [])
    ready, writable, _ = select.select(readers, [fd] if waiting else [], [], None if until is None else 0.05)
    if wake in ready: os.read(wake, 64)
    if fd in ready:
        try: data = os.read(fd, 65536)
        except OSError: data = b""
        if not data:
            if status is None: _, status = os.waitpid(child, 0)
            break
        while data: data = data[os.write(1, data):]
    if 0 in ready:
        data = os.read(0, 65536)
        open_input = bool(data)
        waiting += data if data else b"\\x04"
    if waiting and fd in writable:
        try: waiting = waiting[os.write(fd, waiting):]
        except OSError: waiting = b""
if os.WIFSIGNALED(status):
    signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
    os.kill(os.getpid(), os.WTERMSIG(status))
os._exit(os.WEXITSTATUS(status))
`;

export type TerminalProgram =
  | { readonly ok: true; readonly file: string; readonly args: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** The program and arguments that run `program` in a terminal. `searchPath`: the PATH to find Python on. */
export const inTerminal = async (
  program: string,
  args: readonly string[],
  searchPath: string,
): Promise<TerminalProgram> => {
  for (const directory of searchPath.split(":").filter((entry) => entry.startsWith("/"))) {
    const file = join(directory, "python3");
    if (!(await isExecutable(file))) continue;
    const size = [String(TERMINAL_SIZE.columns), String(TERMINAL_SIZE.rows)];
    return { ok: true, file, args: ["-I", "-S", "-c", RELAY, ...size, program, ...args] };
  }
  const reason = "a terminal needs python3, which this machine does not have; install it or run without pty";
  return { ok: false, reason };
};

const isExecutable = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    // Not there or not for us: the next directory may have it.
    return false;
  }
};
