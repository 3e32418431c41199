export { acquireLock, type DirectoryLock, type LockOptions } from "./directory-lock.ts";
