"""Run a function in a child process, note each of its calls that change files, kill it at one.

Every write, rename, link, removal and flush is seen as the kernel sees it, by whichever library
it is made: a seccomp filter stops the child at these calls only, and ptrace tells which and where.
Needs Linux on x86-64; nothing but the standard library and the kernel.
"""

import ctypes
import os
import platform
import re
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

IS_SUPPORTED = sys.platform == "linux" and platform.machine() == "x86_64"

# System calls that change files, by number, with the place of what names the file: an open
# descriptor, a path, or a path below a folder's descriptor (the first of the two arguments).
_BY_DESCRIPTOR = {
    1: "write", 18: "write", 20: "write", 296: "write", 328: "write", 326: "copy", 40: "copy",
    74: "fsync", 75: "fsync", 77: "truncate", 285: "allocate",
}  # fmt: skip
_BY_PATH = {
    82: "rename", 86: "link", 87: "unlink", 88: "symlink", 83: "mkdir", 84: "rmdir",
    76: "truncate", 85: "create", 2: "create",
}  # fmt: skip
_BY_FOLDER = {
    264: "rename", 316: "rename", 265: "link", 263: "unlink", 266: "symlink", 258: "mkdir",
    257: "create",
}  # fmt: skip
# Calls whose interesting name is the new one, given as a second path.
_NEW_NAME = {88: "rsi", 82: "rsi"}
_NEW_NAME_IN_FOLDER = {266: ("rsi", "rdx"), 264: ("rdx", "r10"), 316: ("rdx", "r10")}
_COPY_TARGET = {326: "rdx", 40: "rdi"}
_SIZED = (1, 18)  # write and pwrite64: their third argument is the number of bytes
_CREATES = os.O_CREAT | os.O_TRUNC

_TRACEME, _CONT, _GETREGS, _SETREGS, _SYSCALL, _SETOPTIONS = 0, 7, 12, 13, 24, 0x4200
_OPTIONS = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 7 | 1 << 20  # fork, vfork, clone, seccomp, exit-kill
_EVENT_SECCOMP = 7
_ALL_THREADS = 0x40000000  # __WALL
_ALLOW, _TRACE = 0x7FFF0000, 0x7FF00000
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2
_AT_FDCWD = -100


class _Registers(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_ulonglong)
        for name in (
            "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx",
            "rdx", "rsi", "rdi", "orig_rax", "rip", "cs", "eflags", "rsp", "ss", "fs_base",
            "gs_base", "ds", "es", "fs", "gs",
        )
    ]  # fmt: skip


class _Instruction(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    ]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.POINTER(_Instruction))]


_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


class Moment(StrEnum):
    """When a child dies: before a call, in the middle of it, or right after it."""

    BEFORE = "before"
    WITHIN = "within"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Call:
    """One call that changes a file; ``path`` is relative to the watched folder."""

    name: str
    path: str

    @property
    def pattern(self) -> str:
        """The path with ids, dates and counters left out."""
        return re.sub(r"[-_.0-9a-fTZ]*[0-9][-_0-9a-fTZ]*", "*", self.path)


@dataclass(frozen=True, slots=True)
class Traced:
    """What a child did: its calls, and its exit code, negative for the signal that ended it."""

    calls: list[Call]
    exit_code: int


def trace(
    function: Callable[[], object],
    folder: Path,
    kill_at: Callable[[Call], bool] = lambda _call: False,
    moment: Moment = Moment.BEFORE,
    delay_seconds: float = 0.0,
) -> Traced:
    """Run ``function`` in a forked child and watch what it changes below ``folder``.

    Args:
        kill_at: asked of each call in turn, whether the child gets SIGKILL at it.
        moment: ``within`` cuts a write to half its bytes; what can't be cut is done, and the child
            runs on for ``delay_seconds``.
    """
    child = os.fork()
    if child == 0:
        _be_traced(function)
    return _Tracer(child, folder, kill_at, moment, delay_seconds).run()


def _be_traced(function: Callable[[], object]) -> None:
    code = 1
    try:
        _check(_libc.ptrace(_TRACEME, 0, None, None), "ptrace")
        os.kill(os.getpid(), signal.SIGSTOP)
        _install_filter([*_BY_DESCRIPTOR, *_BY_PATH, *_BY_FOLDER])
        function()
        code = 0
    except BaseException:  # noqa: BLE001  (a child must not go on in its parent's code)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _check(answer: int, what: str) -> None:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _install_filter(numbers: Sequence[int]) -> None:
    """Stop at these system calls; let all others through at full speed."""
    count = len(numbers)
    code = [_Instruction(0x20, 0, 0, 0)]  # load the call's number
    code += [_Instruction(0x15, count - i, 0, number) for i, number in enumerate(numbers)]
    code += [_Instruction(0x06, 0, 0, _ALLOW), _Instruction(0x06, 0, 0, _TRACE)]
    program = _Program(len(code), (_Instruction * len(code))(*code))
    _check(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "prctl")
    _check(_libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0), "seccomp")


class _Tracer:
    def __init__(
        self,
        child: int,
        folder: Path,
        kill_at: Callable[[Call], bool],
        moment: Moment,
        delay_seconds: float,
    ) -> None:
        self._child, self._folder = child, f"{folder}/"
        self._kill_at, self._moment, self._delay = kill_at, moment, delay_seconds
        self._calls: list[Call] = []
        self._known = {child}
        self._is_dying = False

    def run(self) -> Traced:
        os.waitpid(self._child, _ALL_THREADS)
        _check(_libc.ptrace(_SETOPTIONS, self._child, None, _OPTIONS), "ptrace")
        self._go_on(self._child)
        while True:
            thread, status = os.waitpid(-1, _ALL_THREADS)
            if os.WIFEXITED(status) or os.WIFSIGNALED(status):
                if thread == self._child:
                    return Traced(self._calls, os.waitstatus_to_exitcode(status))
            elif os.WIFSTOPPED(status):
                self._stopped(thread, status)

    def _stopped(self, thread: int, status: int) -> None:
        number, event = os.WSTOPSIG(status), status >> 16
        if event == _EVENT_SECCOMP:
            self._called(thread)
        elif event or (number == signal.SIGSTOP and thread not in self._known):
            # A new thread or process starts with a stop of its own.
            self._known.add(thread)
            self._go_on(thread)
        else:
            self._go_on(thread, 0 if number == signal.SIGTRAP else number)

    def _go_on(self, thread: int, number: int = 0, request: int = _CONT) -> None:
        _libc.ptrace(request, thread, None, number)  # fails only for one that has just died

    def _called(self, thread: int) -> None:
        registers = _Registers()
        try:
            _check(_libc.ptrace(_GETREGS, thread, None, ctypes.byref(registers)), "ptrace")
        except ProcessLookupError:  # killed between its stop and this
            return
        call = self._describe(thread, registers)
        if call is None:
            self._go_on(thread)
            return
        self._calls.append(call)
        if self._is_dying or not self._kill_at(call):
            self._go_on(thread)
            return
        self._is_dying = True
        if self._moment is Moment.BEFORE:
            self._kill()
        else:
            self._let_end(thread, registers)

    def _let_end(self, thread: int, registers: _Registers) -> None:
        is_cut = self._moment is Moment.WITHIN and registers.orig_rax in _SIZED
        if is_cut:
            registers.rdx //= 2
            _check(_libc.ptrace(_SETREGS, thread, None, ctypes.byref(registers)), "ptrace")
        self._go_on(thread, request=_SYSCALL)
        os.waitpid(thread, _ALL_THREADS)
        if self._moment is Moment.WITHIN and not is_cut:
            # Not to be cut: the child goes on by itself and dies wherever it is then.
            self._go_on(thread)
            self._kill_late()
        else:
            self._kill()

    def _kill_late(self) -> None:
        timer = threading.Timer(self._delay, self._kill)
        timer.start()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)

    def _describe(self, thread: int, registers: _Registers) -> Call | None:
        number = registers.orig_rax
        try:
            name, path = self._target(thread, number, registers)
        except OSError:
            return None
        # What is not changed: what is made but there already, or removed but not there.
        is_idle = name in ("make", "mkdir", "unlink", "rmdir") and (
            os.path.lexists(path) is (name in ("make", "mkdir"))
        )
        if is_idle or not path.startswith(self._folder):
            return None
        return Call(name, path.removeprefix(self._folder).rstrip("/"))

    def _target(self, thread: int, number: int, registers: _Registers) -> tuple[str, str]:
        if number in _BY_DESCRIPTOR:
            descriptor = getattr(registers, _COPY_TARGET.get(number, "rdi"))
            return _BY_DESCRIPTOR[number], _link(f"/proc/{thread}/fd/{descriptor}")
        if number in _BY_PATH:
            flags = registers.rsi if number == 2 else _CREATES
            address = getattr(registers, _NEW_NAME.get(number, "rdi"))
            name, path = _BY_PATH[number], _read_path(thread, address)
            folder = _AT_FDCWD
        else:
            flags = registers.rdx if number == 257 else _CREATES
            where, what = _NEW_NAME_IN_FOLDER.get(number, ("rdi", "rsi"))
            name, path = _BY_FOLDER[number], _read_path(thread, getattr(registers, what))
            folder = ctypes.c_int(getattr(registers, where) & 0xFFFFFFFF).value
        if not flags & _CREATES:
            return name, ""
        if name == "create" and not flags & os.O_TRUNC:
            name = "make"
        base = "cwd" if folder == _AT_FDCWD else f"fd/{folder}"
        full = path if path.startswith("/") else f"{_link(f'/proc/{thread}/{base}')}/{path}"
        return name, full


def _link(path: str) -> str:
    return str(Path(path).readlink())


def _read_path(thread: int, address: int) -> str:
    with Path(f"/proc/{thread}/mem").open("rb", buffering=0) as memory:
        memory.seek(address)
        text = b""
        while b"\0" not in text:
            # A path may end right before memory that can't be read.
            part = memory.read(min(256, 4096 - (address + len(text)) % 4096))
            if not part:
                break
            text += part
    return os.fsdecode(text.split(b"\0")[0])
