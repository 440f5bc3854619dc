"""Numbers of system calls on the machines we lock on.

From the kernel's own tables: that of x86-64, and the generic one that aarch64 uses.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass

_X86_64 = """
read 0 write 1 open 2 close 3 stat 4 fstat 5 lstat 6 poll 7 lseek 8 mmap 9 mprotect 10 munmap 11 brk 12
rt_sigaction 13 rt_sigprocmask 14 rt_sigreturn 15 ioctl 16 pread64 17 pwrite64 18 readv 19 writev 20 access 21
select 23 sched_yield 24 mremap 25 mincore 27 madvise 28 dup 32 nanosleep 35 getpid 39 sendfile 40 socket 41
connect 42 sendto 44 bind 49 listen 50 socketpair 53 clone 56 fork 57 vfork 58 execve 59 exit 60 wait4 61 kill 62
uname 63 fcntl 72 fsync 74 truncate 76 getdents 78 getcwd 79 chdir 80 rename 82 mkdir 83 rmdir 84 creat 85 link 86
unlink 87 symlink 88 readlink 89 chmod 90 chown 92 gettimeofday 96 getrlimit 97 getrusage 98 sysinfo 99 times 100
ptrace 101 getuid 102 getgid 104 geteuid 107 getegid 108 getppid 110 sigaltstack 131 statfs 137 pivot_root 155
prctl 157 chroot 161 mount 165 umount2 166 gettid 186 tkill 200 futex 202 sched_setaffinity 203
sched_getaffinity 204 getdents64 217 set_tid_address 218 restart_syscall 219 clock_gettime 228 clock_getres 229
clock_nanosleep 230 exit_group 231 tgkill 234 keyctl 250 openat 257 mkdirat 258 newfstatat 262 unlinkat 263
readlinkat 267 faccessat 269 pselect6 270 ppoll 271 unshare 272 set_robust_list 273 get_robust_list 274
prlimit64 302 setns 308 process_vm_readv 310 process_vm_writev 311 finit_module 313 seccomp 317 getrandom 318
memfd_create 319 bpf 321 execveat 322 userfaultfd 323 membarrier 324 statx 332 rseq 334 pidfd_send_signal 424
io_uring_setup 425 io_uring_enter 426 io_uring_register 427 open_tree 428 move_mount 429 fsopen 430 pidfd_open 434
clone3 435 openat2 437 pidfd_getfd 438 faccessat2 439 landlock_create_ruleset 444 landlock_add_rule 445
landlock_restrict_self 446
"""

_AARCH64 = """
getcwd 17 dup 23 fcntl 25 ioctl 29 mkdirat 34 unlinkat 35 umount2 39 mount 40 pivot_root 41 statfs 43 truncate 45
faccessat 48 chdir 49 chroot 51 openat 56 close 57 getdents64 61 lseek 62 read 63 write 64 readv 65 writev 66
pread64 67 pwrite64 68 sendfile 71 pselect6 72 ppoll 73 readlinkat 78 newfstatat 79 fstat 80 fsync 82 exit 93
exit_group 94 set_tid_address 96 unshare 97 futex 98 set_robust_list 99 get_robust_list 100 nanosleep 101
clock_gettime 113 clock_getres 114 clock_nanosleep 115 ptrace 117 sched_setaffinity 122 sched_getaffinity 123
sched_yield 124 restart_syscall 128 kill 129 tkill 130 tgkill 131 sigaltstack 132 rt_sigaction 134
rt_sigprocmask 135 rt_sigreturn 139 times 153 uname 160 getrlimit 163 getrusage 165 prctl 167 gettimeofday 169
getpid 172 getppid 173 getuid 174 geteuid 175 getgid 176 getegid 177 gettid 178 sysinfo 179 socket 198
socketpair 199 bind 200 listen 201 connect 203 sendto 206 brk 214 munmap 215 mremap 216 keyctl 219 clone 220
execve 221 mmap 222 mprotect 226 mincore 232 madvise 233 wait4 260 prlimit64 261 setns 268 process_vm_readv 270
process_vm_writev 271 finit_module 273 seccomp 277 getrandom 278 memfd_create 279 bpf 280 execveat 281
userfaultfd 282 membarrier 283 statx 291 rseq 293 pidfd_send_signal 424 io_uring_setup 425 io_uring_enter 426
io_uring_register 427 open_tree 428 move_mount 429 fsopen 430 pidfd_open 434 clone3 435 openat2 437 pidfd_getfd 438
faccessat2 439 landlock_create_ruleset 444 landlock_add_rule 445 landlock_restrict_self 446
"""


@dataclass(frozen=True, slots=True)
class SyscallTable:
    """The calls of one machine kind by name; `audit_arch` is how seccomp names that kind."""

    machine: str
    audit_arch: int
    numbers: dict[str, int]

    def pick(self, names: str) -> list[int]:
        """Numbers of those of the space-separated `names` that this machine has."""
        return sorted(self.numbers[name] for name in names.split() if name in self.numbers)


def _table(machine: str, audit_arch: int, text: str) -> SyscallTable:
    words = text.split()
    return SyscallTable(machine, audit_arch, dict(zip(words[::2], map(int, words[1::2]), strict=True)))


TABLES = {
    "x86_64": _table("x86_64", 0xC000003E, _X86_64),
    "aarch64": _table("aarch64", 0xC00000B7, _AARCH64),
}


def this_machine() -> SyscallTable | None:
    """The table of the machine we run on; None where we have none."""
    return TABLES.get(platform.machine())
