//! `poll_oneoff`: waiting for times and file descriptors.

use std::time::Duration;

use crate::call::Call;
use crate::clock::clock_id;
use crate::dir::Readiness;
use crate::fail::{Fail, Result};
use crate::fd::{Object, Table};
use crate::types::layout::EVENT;
use crate::types::{ClockId, Errno, EventRwFlags, EventType, Rights, SubclockFlags};
use crate::wait::{Awaited, LOOK_INTERVAL};

/// How many subscriptions there may be at once; more is `INVAL`. (Enough for every file descriptor
/// that a guest has by default, both ways, and as many clocks.)
const MAX_SUBSCRIPTIONS: u32 = 4096;

/// Something to wait for.
#[derive(Copy, Clone)]
enum Awaits {
    /// The monotonic clock to reach this time.
    Time(u64),
    Fd {
        fd: u32,
        write: bool,
    },
    /// Nothing: there is something wrong with it.
    Wrong(Errno),
}

struct Subscription {
    userdata: u64,
    ty: EventType,
    awaits: Awaits,
    /// What has happened, once it has.
    event: Option<Event>,
}

#[derive(Copy, Clone)]
struct Event {
    error: Errno,
    nbytes: u64,
    hangup: bool,
}

impl Event {
    const TIME: Self = Self {
        error: Errno::Success,
        nbytes: 0,
        hangup: false,
    };

    fn error(error: Errno) -> Self {
        Self {
            error,
            ..Self::TIME
        }
    }
}

pub(crate) fn poll_oneoff(
    call: &mut Call<'_>,
    subscriptions: u32,
    events: u32,
    count: u32,
    out: u32,
) -> Result<()> {
    call.memory.check(out, 1, 4)?;
    call.memory
        .check(subscriptions, count, call.version.subscription().bytes)?;
    call.memory.check(events, count, EVENT.bytes)?;
    if count == 0 || count > MAX_SUBSCRIPTIONS {
        return Err(Errno::Inval.into());
    }
    let size = call.version.subscription().bytes;
    let mut list = Vec::with_capacity(count as usize);
    for i in 0..count {
        list.push(decode(call, subscriptions + i * size)?);
    }
    wait(call, &mut list)?;
    let mut written = 0;
    for subscription in &list {
        if let Some(event) = subscription.event {
            let bytes = encode(subscription, event);
            call.memory.write(events + written * EVENT.bytes, &bytes)?;
            written += 1;
        }
    }
    Ok(call.memory.write_u32(out, written)?)
}

fn decode(call: &Call<'_>, ptr: u32) -> Result<Subscription> {
    let (memory, layout) = (&call.memory, call.version.subscription());
    let ty = EventType::from_tag(memory.read_u8(ptr + layout.tag)?.into()).ok_or(Errno::Inval)?;
    let contents = ptr + layout.contents;
    let awaits = match ty {
        EventType::Clock => decode_clock(call, contents)?,
        EventType::FdRead | EventType::FdWrite => Awaits::Fd {
            fd: memory.read_u32(contents)?,
            write: ty == EventType::FdWrite,
        },
    };
    Ok(Subscription {
        userdata: memory.read_u64(ptr + layout.userdata)?,
        ty,
        awaits,
        event: None,
    })
}

fn decode_clock(call: &Call<'_>, ptr: u32) -> Result<Awaits> {
    let (memory, layout) = (&call.memory, call.version.subscription_clock());
    let id = clock_id(memory.read_u32(ptr + layout.id)?);
    let timeout = memory.read_u64(ptr + layout.timeout)?;
    let flags = SubclockFlags::from_bits(memory.read_u16(ptr + layout.flags)?);
    let (Ok(id), Some(flags)) = (id, flags) else {
        return Ok(Awaits::Wrong(Errno::Inval));
    };
    let now = call.clocks.now(ClockId::Monotonic)?;
    let absolute = flags.contains(SubclockFlags::SUBSCRIPTION_CLOCK_ABSTIME);
    Ok(match (id, absolute) {
        (ClockId::Realtime | ClockId::Monotonic, false) => {
            Awaits::Time(now.saturating_add(timeout))
        }
        (ClockId::Monotonic, true) => Awaits::Time(timeout),
        (ClockId::Realtime, true) => {
            let left = timeout.saturating_sub(call.clocks.wall_nanos());
            Awaits::Time(now.saturating_add(left))
        }
        // Nobody can say when a guest that sleeps has used so much processor time.
        _ => Awaits::Wrong(Errno::Notsup),
    })
}

/// Waits until something has happened.
fn wait(call: &mut Call<'_>, list: &mut [Subscription]) -> Result<()> {
    let deadline = list
        .iter()
        .filter_map(|subscription| match subscription.awaits {
            Awaits::Time(time) => Some(time),
            _ => None,
        });
    let deadline = deadline.min();
    loop {
        let mut later = false;
        for subscription in list.iter_mut() {
            let outcome = look(call.table, subscription.awaits);
            subscription.event = match outcome {
                Ok(Some(Readiness::Ready { nbytes, hangup })) => Some(Event {
                    error: Errno::Success,
                    nbytes,
                    hangup,
                }),
                Ok(Some(Readiness::Later)) => {
                    later = true;
                    None
                }
                Ok(Some(Readiness::Poll) | None) => None,
                Err(Fail::Errno(errno)) => Some(Event::error(errno)),
                Err(stop) => return Err(stop),
            };
        }
        let now = call.clocks.now(ClockId::Monotonic)?;
        for subscription in list.iter_mut() {
            if matches!(subscription.awaits, Awaits::Time(time) if time <= now) {
                subscription.event = Some(Event::TIME);
            }
        }
        let happened = list.iter().any(|subscription| subscription.event.is_some());
        // Once something has happened, it is told with what else has by now.
        poll_fds(call, list, Some(Duration::ZERO))?;
        if happened || list.iter().any(|subscription| subscription.event.is_some()) {
            return Ok(());
        }
        if deadline.is_some_and(|deadline| call.clocks.monotonic.skip_to(deadline)) {
            call.waiter.check()?;
            continue;
        }
        let left = deadline.map(|deadline| Duration::from_nanos(deadline.saturating_sub(now)));
        let left = match (left, later) {
            (Some(left), true) => Some(left.min(LOOK_INTERVAL)),
            (None, true) => Some(LOOK_INTERVAL),
            (left, false) => left,
        };
        poll_fds(call, list, left)?;
    }
}

/// Whether what is waited for is there; `None` if a look at clocks or the host's poll will tell.
fn look(table: &mut Table, awaits: Awaits) -> Result<Option<Readiness>> {
    let (fd, write) = match awaits {
        Awaits::Time(_) => return Ok(None),
        Awaits::Wrong(errno) => return Err(errno.into()),
        Awaits::Fd { fd, write } => (fd, write),
    };
    let right = match write {
        true => Rights::FD_WRITE,
        false => Rights::FD_READ,
    };
    let (file, _) = table.file(fd, Rights::POLL_FD_READWRITE)?;
    // Sockets that listen are waited for as if to read.
    if file.rights().contains(right) {
        table.file(fd, right)?;
    } else if write || !file.rights().contains(Rights::SOCK_ACCEPT) {
        return Err(Errno::Badf.into());
    }
    table
        .file(fd, Rights::empty())?
        .0
        .readiness(write)
        .map(Some)
}

/// Waits for the file descriptors that the host polls, at most for `timeout`, and notes
/// what has happened.
fn poll_fds(
    call: &mut Call<'_>,
    list: &mut [Subscription],
    timeout: Option<Duration>,
) -> Result<()> {
    let mut awaited = Vec::new();
    let mut whose = Vec::new();
    for (i, subscription) in list.iter().enumerate() {
        let Awaits::Fd { fd, write } = subscription.awaits else {
            continue;
        };
        if subscription.event.is_some() {
            continue;
        }
        let Object::File(file) = &call.table.get(fd)?.object else {
            continue;
        };
        if let Some(host) = file.host_fd() {
            awaited.push(Awaited::new(host, write));
            whose.push(i);
        }
    }
    if awaited.is_empty() && timeout == Some(Duration::ZERO) {
        return Ok(());
    }
    call.waiter.many(&mut awaited, timeout)?;
    for (awaited, i) in awaited.iter().zip(whose) {
        if awaited.ready {
            let nbytes = match awaited.write {
                true => 1,
                false => rustix::io::ioctl_fionread(awaited.fd).unwrap_or(0),
            };
            list[i].event = Some(Event {
                error: Errno::Success,
                nbytes,
                hangup: awaited.hangup,
            });
        }
    }
    Ok(())
}

fn encode(subscription: &Subscription, event: Event) -> [u8; EVENT.bytes as usize] {
    let mut bytes = [0; EVENT.bytes as usize];
    let mut put = |offset: u32, value: &[u8]| {
        bytes[offset as usize..][..value.len()].copy_from_slice(value);
    };
    let mut flags = EventRwFlags::empty();
    flags.set(EventRwFlags::FD_READWRITE_HANGUP, event.hangup);
    put(EVENT.userdata, &subscription.userdata.to_le_bytes());
    put(EVENT.error, &(event.error as u16).to_le_bytes());
    put(EVENT.r#type, &[subscription.ty as u8]);
    put(EVENT.nbytes, &event.nbytes.to_le_bytes());
    put(EVENT.flags, &flags.bits().to_le_bytes());
    bytes
}
