"""What this machine is, found out without torch: processor, cores, memory.

A graphics card is only known once a worker has imported torch; it tells `Machine.learn`.
"""

import contextlib
import os
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import psutil

_CGROUP = Path("/sys/fs/cgroup")


class Machine:
    """The device badge: fixed facts found once, free memory asked for each time."""

    def __init__(self, device: str = "auto"):
        self.device = device  # as the flag says; a worker tells what `auto` came to
        self._learned: dict[str, Any] = {}

    def learn(self, facts: dict[str, Any]) -> None:
        """Take over what a worker found: `device`, `gpu`, `gpu_memory_bytes`."""
        self._learned = {**self._learned, **facts}

    def describe(self) -> dict[str, Any]:
        """`device, cpu, cores, memory_bytes, memory_free_bytes` and what a worker added."""
        total, free = memory()
        return {
            "device": self.device,
            "cpu": cpu_name(),
            "cores": cores(),
            "memory_bytes": total,
            "memory_free_bytes": free,
        } | self._learned


def cores() -> int:
    """Cores this process may use, at least 1: an affinity mask or a container's quota counts."""
    allowed = getattr(os, "sched_getaffinity", None)
    count = len(allowed(0)) if allowed else os.cpu_count() or 1
    quota = _cgroup("cpu.max").split()
    if len(quota) == 2 and quota[0].isdigit():
        count = min(count, -(-int(quota[0]) // int(quota[1])))
    return max(1, count)


def memory() -> tuple[int, int]:
    """(total, free) bytes of main memory, within a container's limit if there is one."""
    machine = psutil.virtual_memory()
    limit, used = _cgroup("memory.max"), _cgroup("memory.current")
    if not (limit.isdigit() and used.isdigit()):
        return machine.total, machine.available
    total = min(machine.total, int(limit))
    return total, max(0, min(machine.available, total - int(used)))


@cache
def cpu_name() -> str:
    """The processor as its maker calls it, or the architecture where the system does not say."""
    match platform.system():
        case "Linux":
            name = _linux_cpu()
        case "Darwin":
            name = _said(["sysctl", "-n", "machdep.cpu.brand_string"])
        case "Windows":
            name = _windows_cpu()
        case _:
            name = ""
    return " ".join(name.split()) or platform.machine() or "CPU"


def _linux_cpu() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    names = (line.partition(":")[2] for line in text.splitlines() if line.startswith("model name"))
    return next(names, "")


def _windows_cpu() -> str:
    if sys.platform == "win32":
        import winreg

        key = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
        with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as found:
            return str(winreg.QueryValueEx(found, "ProcessorNameString")[0])
    return ""


def _said(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=2, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _cgroup(name: str) -> str:
    """A limit of the container we are in (Linux control groups, version 2), else nothing."""
    try:
        return (_CGROUP / name).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
