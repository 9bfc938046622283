//! Arguments, environment, clocks, random bytes, signals, the end.

mod common;

use std::time::Duration;

use common::{DATA, Guest, plain};
use selvedge_wasi::types::Errno;
use selvedge_wasi::{
    DeterministicClock, DeterministicRandom, HostMonotonicClock, HostWallClock, RandomSource,
    WasiCtx, WasiCtxBuilder,
};

#[test]
fn arguments_and_environment_are_written_as_strings() {
    let mut builder = WasiCtxBuilder::new();
    builder
        .args(&["prog", ""])
        .arg("äöü")
        .envs(&[("A", "1"), ("B", "")])
        .env("A", "2");
    let mut guest = Guest::new(builder.build());
    guest.ok("args_sizes_get", &[0, 4]);
    assert_eq!((guest.u32(0), guest.u32(4)), (3, 5 + 1 + 7));
    guest.ok("args_get", &[16, 100]);
    assert_eq!(guest.bytes(100, 13), "prog\0\0äöü\0".as_bytes());
    let pointers = [16, 20, 24].map(|at| guest.u32(at));
    assert_eq!(pointers, [100, 105, 106]);

    guest.ok("environ_sizes_get", &[0, 4]);
    assert_eq!((guest.u32(0), guest.u32(4)), (2, 7));
    guest.ok("environ_get", &[16, 100]);
    assert_eq!(guest.bytes(100, 7), b"B=\0A=2\0");
}

#[test]
fn what_is_inherited_is_what_this_process_has() {
    let mut builder = WasiCtx::builder();
    builder.arg("first").inherit_args().inherit_env();
    let mut guest = Guest::new(builder.build());
    guest.memory.grow(&mut guest.store, 64).unwrap(); // environments can be large
    let args = std::iter::once("first".to_owned()).chain(std::env::args());
    let args: String = args.map(|arg| arg + "\0").collect();
    guest.ok("args_sizes_get", &[0, 4]);
    assert_eq!(guest.u32(0) as usize, 1 + std::env::args().count());
    assert_eq!(guest.u32(4) as usize, args.len());
    guest.ok("args_get", &[16, DATA.into()]);
    assert_eq!(guest.bytes(DATA, args.len() as u32), args.as_bytes());

    let path = format!("PATH={}\0", std::env::var("PATH").unwrap());
    guest.ok("environ_sizes_get", &[0, 4]);
    let (count, len) = (guest.u32(0), guest.u32(4));
    guest.ok("environ_get", &[DATA.into(), u64::from(DATA + 4 * count)]);
    let environment = guest.bytes(DATA + 4 * count, len);
    let variables: Vec<_> = environment.split_inclusive(|&byte| byte == 0).collect();
    assert_eq!(variables.len(), count as usize);
    assert!(variables.contains(&path.as_bytes()));
}

#[test]
fn strings_that_do_not_fit_are_faults_and_nothing_is_written() {
    let mut guest = Guest::new(WasiCtxBuilder::new().args(&["abc", "def"]).build());
    let end = guest.memory.data_size(&guest.store) as u64;
    for (pointers, buffer) in [(end - 4, 0), (0, end - 7), (u64::MAX, 0), (0, u64::MAX)] {
        assert_eq!(guest.call("args_get", &[pointers, buffer]), Errno::Fault);
    }
    assert_eq!(guest.bytes(end as u32 - 8, 8), [0; 8]);
    assert_eq!(guest.call("args_sizes_get", &[end - 3, 0]), Errno::Fault);
    guest.ok("args_get", &[0, end - 8]);
    assert_eq!(guest.bytes(end as u32 - 8, 8), b"abc\0def\0");
}

#[test]
fn nothing_is_there_unless_given() {
    let mut guest = plain();
    guest.put(0, &[1; 8]);
    guest.ok("args_sizes_get", &[0, 4]);
    assert_eq!((guest.u32(0), guest.u32(4)), (0, 0));
    guest.ok("environ_sizes_get", &[0, 4]);
    assert_eq!((guest.u32(0), guest.u32(4)), (0, 0));
    assert_eq!(guest.read(0, 10), Ok(vec![]));
    assert_eq!(guest.write(1, b"lost"), Ok(4));
    assert_eq!(guest.call("fd_prestat_get", &[3, 0]), Errno::Badf);
}

#[test]
fn the_hosts_clocks_go() {
    let mut guest = plain();
    for clock in 0..4 {
        guest.ok("clock_res_get", &[clock, 0]);
        assert_ne!(guest.u64(0), 0);
        guest.ok("clock_time_get", &[clock, 0, 0]);
        let before = guest.u64(0);
        std::thread::sleep(Duration::from_millis(2));
        guest.ok("clock_time_get", &[clock, 0, 0]);
        assert!(guest.u64(0) >= before, "clock {clock}");
    }
    guest.ok("clock_time_get", &[0, 0, 0]);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    assert!(now - Duration::from_nanos(guest.u64(0)) < Duration::from_secs(60));
    for clock in [4, u64::from(u32::MAX)] {
        assert_eq!(guest.call("clock_time_get", &[clock, 0, 0]), Errno::Inval);
        assert_eq!(guest.call("clock_res_get", &[clock, 0]), Errno::Inval);
    }
    assert_eq!(
        guest.call("clock_time_get", &[0, 0, u64::MAX]),
        Errno::Fault
    );
    assert_eq!(guest.call("clock_res_get", &[0, u64::MAX]), Errno::Fault);
}

struct Stopped;

impl HostWallClock for Stopped {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_secs(77)
    }
}

impl HostMonotonicClock for Stopped {
    fn resolution(&self) -> u64 {
        5
    }

    fn now(&self) -> u64 {
        1234
    }
}

#[test]
fn clocks_can_be_replaced() {
    let mut builder = WasiCtxBuilder::new();
    let mut guest = Guest::new(builder.wall_clock(Stopped).monotonic_clock(Stopped).build());
    let mut read = |function: &str, args: &[u64]| {
        guest.ok(function, args);
        guest.u64(0)
    };
    assert_eq!(read("clock_res_get", &[0, 0]), 1_000_000);
    assert_eq!(read("clock_time_get", &[0, 0, 0]), 77_000_000_000);
    for clock in 1..4 {
        assert_eq!(read("clock_res_get", &[clock, 0]), 5);
        assert_eq!(read("clock_time_get", &[clock, 0, 0]), 1234);
    }
}

#[test]
fn deterministic_runs_are_the_same() {
    let run = || {
        let mut guest = Guest::new(WasiCtxBuilder::new().deterministic().build());
        let mut seen = Vec::new();
        for clock in [0, 1, 2, 3, 0, 1] {
            guest.ok("clock_time_get", &[clock, 0, 0]);
            seen.push(guest.u64(0));
        }
        guest.ok("random_get", &[DATA.into(), 64]);
        (seen, guest.bytes(DATA, 64))
    };
    let (times, random) = run();
    assert_eq!((times.clone(), random.clone()), run());
    assert!(times[4] > times[0] && times[5] > times[1], "time goes on");
    assert_ne!(random, [0; 64]);
}

#[test]
fn random_bytes_fill_the_buffer() {
    let mut guest = plain();
    guest.ok("random_get", &[DATA.into(), 1000]);
    assert!(
        guest
            .bytes(DATA, 1000)
            .chunks(100)
            .all(|piece| piece.iter().any(|&byte| byte != 0))
    );
    assert_eq!(guest.bytes(DATA + 1000, 8), [0; 8]);
    guest.ok("random_get", &[0, 0]);
    assert_eq!(
        guest.call("random_get", &[DATA.into(), u64::from(u32::MAX)]),
        Errno::Fault
    );

    struct Broken;
    impl RandomSource for Broken {
        fn fill(&mut self, _: &mut [u8]) -> std::io::Result<()> {
            Err(std::io::Error::other("out of luck"))
        }
    }
    let mut guest = Guest::new(WasiCtxBuilder::new().secure_random(Broken).build());
    assert_eq!(guest.call("random_get", &[0, 8]), Errno::Io);

    let mut guest = Guest::new(
        WasiCtxBuilder::new()
            .secure_random(DeterministicRandom::new(5))
            .monotonic_clock(DeterministicClock::default())
            .build(),
    );
    guest.ok("random_get", &[0, 8]);
    let mut expected = [0; 8];
    DeterministicRandom::new(5).fill(&mut expected).unwrap();
    assert_eq!(guest.bytes(0, 8), expected);
}

#[test]
fn exits_are_errors_with_the_status() {
    for status in [0, 1, 255, u64::from(u32::MAX)] {
        let error = plain().try_call("proc_exit", &[status]).unwrap_err();
        assert_eq!(error.i32_exit_status(), Some((status as u32).cast_signed()));
    }
}

#[test]
fn signals_do_what_they_do_by_default() {
    let mut guest = plain();
    for ignored in [0, 13, 16, 17, 22, 27] {
        assert_eq!(guest.call("proc_raise", &[ignored]), Errno::Success);
    }
    for stops in [18, 19, 20, 21] {
        assert_eq!(guest.call("proc_raise", &[stops]), Errno::Notsup);
    }
    assert_eq!(guest.call("proc_raise", &[31]), Errno::Inval);
    let error = guest.try_call("proc_raise", &[6]).unwrap_err();
    assert_eq!(error.i32_exit_status(), Some(134));
    guest.ok("sched_yield", &[]);
}
