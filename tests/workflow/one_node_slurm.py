"""A real Slurm of one node on the loopback device, from the system's packages, for the time of a test.

It needs root, no Slurm configured on the machine, and Debian's slurmctld, slurmd, slurm-client and munge.
The configuration must be at /etc/slurm/slurm.conf: jobs do not see SLURM_CONF.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

CONFIG = Path("/etc/slurm/slurm.conf")
PROGRAMS = ("slurmctld", "slurmd", "sbatch", "sinfo", "munged")
PATIENCE = 30.0
"""Seconds until it must be up."""


class NotRunning(Exception):
    """This machine does not let a Slurm start; it says nothing of the profile."""


def missing() -> str:
    """Returns why no Slurm can be started here, "" when one can."""
    absent = [name for name in PROGRAMS if not shutil.which(name, path=_path())]
    if absent:
        return f"{', '.join(absent)} not installed"
    if os.geteuid():
        return "only root may start a Slurm"
    return f"{CONFIG} is there: this machine has a Slurm of its own" if CONFIG.exists() else ""


def _path() -> str:
    return f"{os.environ['PATH']}:/usr/sbin:/sbin"


def _config(folder: Path, host: str) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return "\n".join(
        [
            "ClusterName=dragoman-test",
            f"SlurmctldHost={host}(127.0.0.1)",
            "SlurmUser=root",
            "SlurmdUser=root",
            "AuthType=auth/munge",
            "CredType=cred/munge",
            "ProctrackType=proctrack/linuxproc",
            "TaskPlugin=task/none",
            "SwitchType=switch/none",
            "MpiDefault=none",
            "SelectType=select/cons_tres",
            "SelectTypeParameters=CR_Core_Memory",
            "CommunicationParameters=NoCtldInAddrAny,NoInAddrAny",
            "ReturnToService=2",
            "MinJobAge=600",
            "SchedulerParameters=batch_sched_delay=0,sched_interval=2",
            # a job over its memory is killed, as clusters do
            "JobAcctGatherType=jobacct_gather/linux",
            "JobAcctGatherFrequency=task=1",
            "JobAcctGatherParams=OverMemoryKill",
            "AccountingStorageType=accounting_storage/none",
            f"StateSaveLocation={folder}/state",
            f"SlurmdSpoolDir={folder}/spool",
            f"SlurmctldPidFile={folder}/slurmctld.pid",
            f"SlurmdPidFile={folder}/slurmd.pid",
            f"SlurmctldLogFile={folder}/slurmctld.log",
            f"SlurmdLogFile={folder}/slurmd.log",
            f"NodeName={host} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} RealMemory={memory * 8 // 10}",
            "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP",
            "",
        ]
    )


@contextlib.contextmanager
def running(folder: Path) -> Iterator[None]:
    """Runs a Slurm with its files below ``folder`` until the block ends."""
    for name in ("state", "spool"):
        (folder / name).mkdir(parents=True)
    host = socket.gethostname().partition(".")[0]
    CONFIG.write_text(_config(folder, host), encoding="utf-8")
    run = Path("/run/munge")
    run.mkdir(exist_ok=True)
    shutil.chown(run, "munge", "munge")
    env = {**os.environ, "PATH": _path()}
    daemons = []
    try:
        for command in (
            ["runuser", "-u", "munge", "--", "munged", "--foreground"],
            ["slurmctld", "-D"],
            ["slurmd", "-D", "-N", host],
        ):
            with (folder / f"{command[-1].strip('-')}.out").open("wb") as out:
                daemons.append(
                    subprocess.Popen(command, env=env, stdout=out, stderr=out, start_new_session=True)
                )
            time.sleep(0.5)
        _wait(env)
        yield
    finally:
        for daemon in reversed(daemons):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(daemon.pid, signal.SIGTERM)
            daemon.wait(timeout=30)
        CONFIG.unlink()


def _wait(env: dict[str, str]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        done = subprocess.run(
            ["sinfo", "--noheader", "--format=%t"], env=env, capture_output=True, text=True, check=False
        )
        if done.stdout.strip() == "idle":
            return
        time.sleep(0.3)
    raise NotRunning(f"Slurm did not come up: {done.stdout} {done.stderr}")
