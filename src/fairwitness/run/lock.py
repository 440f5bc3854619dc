"""Locks the calling process for good: Landlock, then seccomp, through ctypes, without any privilege.

Landlock (https://docs.kernel.org/userspace-api/landlock.html) takes away the file system, TCP, abstract unix sockets
and signals to others; seccomp takes away every system call that a parser does not need, sockets and new processes
above all. Landlock alone leaves UDP open, so both are required. Neither needs root, user namespaces or setuid.

Call `lock_parser` in a process with one thread: a thread that already runs is not covered by Landlock.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fairwitness.run.syscalls import SyscallTable, this_machine

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_SET_MODE_FILTER = 1
_SECCOMP_FILTER_FLAG_TSYNC = 1
_RET_KILL_PROCESS = 0x80000000
_RET_ERRNO = 0x00050000
_RET_ALLOW = 0x7FFF0000
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_X32_BIT = 0x40000000

_ALLOWED = """
read readv pread64 write writev lseek close fstat mmap munmap mremap mprotect madvise brk mincore rt_sigaction
rt_sigprocmask rt_sigreturn sigaltstack restart_syscall exit exit_group futex set_robust_list get_robust_list rseq
membarrier sched_yield sched_getaffinity getrandom clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday
times getrusage getpid gettid getuid geteuid getgid getegid uname sysinfo poll ppoll select pselect6
"""
_REFUSED = """
open openat openat2 creat stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getcwd statfs
getdents getdents64 mkdir mkdirat rmdir unlink unlinkat rename symlink link chmod chown truncate chdir fcntl dup
prlimit64 getrlimit fsync
"""
# What a foreign program must never do. Files are Landlock's business there; it may start its own children.
_PROGRAM_KILLED = """
ptrace process_vm_readv process_vm_writev bpf io_uring_setup io_uring_enter io_uring_register keyctl mount umount2
unshare setns pivot_root chroot finit_module userfaultfd open_tree move_mount fsopen pidfd_getfd pidfd_send_signal
"""
_AF_UNIX = 1
# How libc starts a thread (pthread_create of glibc). Exactly this: a process, or a namespace, has other flags.
_THREAD_FLAGS = 0x3D0F00
MAX_THREADS_OF_USER = 8192  # so that a parser that was taken over cannot fill the machine with threads

_FS_ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_FS_ALL = (1 << 16) - 1
_FS_EXECUTE, _FS_READ_FILE, _FS_READ_DIR = 1 << 0, 1 << 2, 1 << 3
_FS_FILE_ONLY = _FS_EXECUTE | (1 << 1) | _FS_READ_FILE | (1 << 14) | (1 << 15)
_NET_TCP = 0b11
_SCOPE_ALL = 0b11

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


@dataclass(frozen=True, slots=True)
class Features:
    """What this kernel offers: the Landlock ABI (0: none) and whether seccomp filters can be set."""

    landlock_abi: int
    seccomp: bool

    @property
    def complete(self) -> bool:
        """Whether both locks are there."""
        return self.landlock_abi > 0 and self.seccomp

    def __str__(self) -> str:
        return f"landlock {self.landlock_abi}, seccomp {'yes' if self.seccomp else 'no'}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one attempt may use. The wall clock and the output are watched by the parent, the rest by the kernel."""

    memory_bytes: int = 2 << 30
    cpu_s: int = 60
    wall_s: float = 180.0
    output_bytes: int = 4 << 30


def available() -> Features:
    """What can be locked here, asked from the kernel itself."""
    table = this_machine()
    if table is None:
        return Features(0, False)
    abi = _syscall(table.numbers["landlock_create_ruleset"], None, 0, 1)
    # Setting a null filter fails with EFAULT where seccomp filters exist, with EINVAL or ENOSYS where they do not.
    found = _syscall(table.numbers["seccomp"], _SECCOMP_SET_MODE_FILTER, 0, None)
    return Features(max(abi, 0), found == -1 and ctypes.get_errno() == errno.EFAULT)


def die_with_parent() -> None:
    """The kernel kills this process when its parent ends."""
    _prctl(_PR_SET_PDEATHSIG, 9)


def limit_resources(limits: Limits) -> None:
    """Memory, CPU, no files written, few descriptors and threads, no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower_limit(resource.RLIMIT_NPROC, MAX_THREADS_OF_USER)


def _lower_limit(kind: int, most: int) -> None:
    """The limit of that kind is at most `most`; one that is lower already stays."""
    _, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(kind, (most, most))


def lock_parser() -> None:
    """This process can read and write what is already open, use memory, threads and the clock, and nothing else.

    Threads are of the same process and under the same lock (docs/decisions/040). File calls answer EACCES, so that a
    library which looks for an optional file goes on; sockets, new processes, signals to others and everything unknown
    end the process with SIGSYS.

    Raises:
        OSError: if the kernel refuses a lock.
    """
    table = _need_table()
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _restrict_files(table, readable=(), writable=())
    _set_filter(table, _parser_program(table, os.getpid()))


def lock_program(readable: Sequence[Path], writable: Sequence[Path]) -> None:
    """This process may read and run what lies under `readable`, change what lies under `writable`, and not talk.

    For foreign programs: sockets only between its own parts (AF_UNIX), no tracing, no mounts, no new namespaces.

    Raises:
        OSError: if the kernel refuses a lock.
    """
    table = _need_table()
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _restrict_files(table, readable, writable)
    _set_filter(table, _foreign_program(table))


def _need_table() -> SyscallTable:
    table = this_machine()
    if table is None:
        raise OSError(errno.ENOSYS, "no table of system calls for this machine")
    return table


def _syscall(number: int, *arguments: object) -> int:
    return int(_libc.syscall(ctypes.c_long(number), *arguments))


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl refused")


# --- Landlock ---------------------------------------------------------------------------------------------------


def _restrict_files(table: SyscallTable, readable: Sequence[Path], writable: Sequence[Path]) -> None:
    abi = _syscall(table.numbers["landlock_create_ruleset"], None, 0, 1)
    if abi < 1:
        raise OSError(ctypes.get_errno(), "Landlock is not available")
    files = _FS_ALL_BY_ABI.get(abi, _FS_ALL)
    attributes = struct.pack("<QQQ", files, _NET_TCP, _SCOPE_ALL)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = _syscall(table.numbers["landlock_create_ruleset"], attributes, ctypes.c_size_t(size), 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused the rules")
    try:
        for path in readable:
            _allow_beneath(table, ruleset, path, _FS_EXECUTE | _FS_READ_FILE | _FS_READ_DIR)
        for path in writable:
            _allow_beneath(table, ruleset, path, files)
        if _syscall(table.numbers["landlock_restrict_self"], ruleset, 0) != 0:
            raise OSError(ctypes.get_errno(), "Landlock refused to restrict this process")
    finally:
        os.close(ruleset)


def _allow_beneath(table: SyscallTable, ruleset: int, path: Path, access: int) -> None:
    if not path.exists():
        return
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not path.is_dir():
            access &= _FS_FILE_ONLY
        rule = struct.pack("<Qi", access, handle)
        if _syscall(table.numbers["landlock_add_rule"], ruleset, 1, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), "Landlock refused a path")
    finally:
        os.close(handle)


# --- seccomp ----------------------------------------------------------------------------------------------------


def _statement(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _answer(numbers: Sequence[int], action: int) -> bytes:
    """Statements that end with `action` when the call is one of `numbers`."""
    return b"".join(_statement(_JUMP_EQUAL, n, 0, 1) + _statement(_RETURN, action) for n in numbers)


def _prologue(table: SyscallTable) -> bytes:
    """Kill on a foreign machine kind or the x32 calls; then leave the number of the call loaded."""
    program = _statement(_LOAD, 4) + _statement(_JUMP_EQUAL, table.audit_arch, 1, 0)
    program += _statement(_RETURN, _RET_KILL_PROCESS) + _statement(_LOAD, 0)
    if table.machine == "x86_64":
        program += _statement(_JUMP_AT_LEAST, _X32_BIT, 0, 1) + _statement(_RETURN, _RET_KILL_PROCESS)
    return program


def _if_argument(number: int, argument: int, value: int, action: int) -> bytes:
    """End with `action` when call `number` has `value` in the low half of `argument`."""
    return (
        _statement(_JUMP_EQUAL, number, 0, 4)
        + _statement(_LOAD, 16 + 8 * argument)
        + _statement(_JUMP_EQUAL, value, 0, 1)
        + _statement(_RETURN, action)
        + _statement(_LOAD, 0)
    )


def _parser_program(table: SyscallTable, pid: int) -> bytes:
    before, after = _parser_rules()
    abort = _if_argument(table.numbers["tgkill"], 0, pid, _RET_ALLOW)  # abort() of the process itself
    return before + abort + after


@cache
def _parser_rules() -> tuple[bytes, bytes]:
    """The rules before and behind the one that depends on the process: made once, in the warmed parent."""
    table = _need_table()
    before = _prologue(table) + _answer(table.pick(_ALLOWED), _RET_ALLOW)
    after = _answer(table.pick(_REFUSED), _RET_ERRNO | errno.EACCES)
    after += _answer(table.pick("ioctl"), _RET_ERRNO | errno.ENOTTY)
    after += _if_argument(table.numbers["clone"], 0, _THREAD_FLAGS, _RET_ALLOW)
    after += _answer(table.pick("clone3"), _RET_ERRNO | errno.ENOSYS)  # its flags cannot be seen: libc uses clone
    return before, after + _statement(_RETURN, _RET_KILL_PROCESS)


def prepare_lock() -> None:
    """What every lock of a parser needs is at hand, so that a child need not make it."""
    if this_machine() is not None:
        _parser_rules()


def _foreign_program(table: SyscallTable) -> bytes:
    program = _prologue(table)
    for name in ("socket", "socketpair"):
        program += _if_argument(table.numbers[name], 0, _AF_UNIX, _RET_ALLOW)
        program += _answer(table.pick(name), _RET_ERRNO | errno.EACCES)
    program += _answer(table.pick(_PROGRAM_KILLED), _RET_KILL_PROCESS)
    return program + _statement(_RETURN, _RET_ALLOW)


def _set_filter(table: SyscallTable, program: bytes) -> None:
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("<HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    call = table.numbers["seccomp"]
    if _syscall(call, _SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC, header) != 0:
        raise OSError(ctypes.get_errno(), "seccomp refused the filter")
