//! Enumerations with a tag: what kinds of things there are.

macro_rules! tags {
    ($($(#[$doc:meta])* $ty:ident: $repr:ident { $($variant:ident $name:literal $about:literal;)* })*) => { $(
        $(#[$doc])*
        #[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
        #[repr($repr)]
        pub enum $ty { $(#[doc = $about] $variant),* }

        impl $ty {
            /// All in order; the first has the tag 0.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name that the witx document has for it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The one with this tag, if there is one.
            pub fn from_tag(tag: u32) -> Option<Self> {
                Self::ALL.get(usize::try_from(tag).ok()?).copied()
            }
        }
    )* };
}

tags! {
    /// What time is measured by.
    ClockId: u32 {
        Realtime "realtime" "The time of day; zero is the beginning of 1970.";
        Monotonic "monotonic" "A time that only goes forward.";
        ProcessCputimeId "process_cputime_id" "The processor time of the process.";
        ThreadCputimeId "thread_cputime_id" "The processor time of the thread.";
    }

    /// What a file is.
    FileType: u8 {
        Unknown "unknown" "Something else, such as a pipe.";
        BlockDevice "block_device" "A block device.";
        CharacterDevice "character_device" "A character device, such as a terminal.";
        Directory "directory" "A directory.";
        RegularFile "regular_file" "A regular file.";
        SocketDgram "socket_dgram" "A datagram socket.";
        SocketStream "socket_stream" "A byte-stream socket.";
        SymbolicLink "symbolic_link" "A symbolic link.";
    }

    /// What an offset is relative to. (Preview 0 has these in another order.)
    Whence: u8 {
        Set "set" "The start of the file.";
        Cur "cur" "The current position.";
        End "end" "The end of the file.";
    }

    /// What a program is going to do with a part of a file.
    Advice: u8 {
        Normal "normal" "Nothing special.";
        Sequential "sequential" "Read it from the start on.";
        Random "random" "Read it here and there.";
        Willneed "willneed" "Read it soon.";
        Dontneed "dontneed" "Not read it soon.";
        Noreuse "noreuse" "Read it once.";
    }

    /// What is waited for.
    EventType: u8 {
        Clock "clock" "A time.";
        FdRead "fd_read" "Something to read.";
        FdWrite "fd_write" "Room to write.";
    }

    /// What kind of thing was preopened.
    PreopenType: u8 {
        Dir "dir" "A directory.";
    }

    /// What a process can be told by `proc_raise`.
    Signal: u8 {
        None "none" "Nothing.";
        Hup "hup" "Hangup.";
        Int "int" "Terminate, by the user.";
        Quit "quit" "Quit, by the user.";
        Ill "ill" "Illegal instruction.";
        Trap "trap" "Trap for debugging.";
        Abrt "abrt" "Abort.";
        Bus "bus" "Access to memory that is not there.";
        Fpe "fpe" "Erroneous arithmetic.";
        Kill "kill" "Kill.";
        Usr1 "usr1" "The program's first.";
        Segv "segv" "Invalid access to memory.";
        Usr2 "usr2" "The program's second.";
        Pipe "pipe" "Write to a pipe that nobody reads.";
        Alrm "alrm" "Alarm.";
        Term "term" "Terminate.";
        Chld "chld" "A child has ended.";
        Cont "cont" "Continue.";
        Stop "stop" "Stop.";
        Tstp "tstp" "Stop, by the user.";
        Ttin "ttin" "Read from the terminal in the background.";
        Ttou "ttou" "Write to the terminal in the background.";
        Urg "urg" "Urgent data.";
        Xcpu "xcpu" "Limit of processor time.";
        Xfsz "xfsz" "Limit of file size.";
        Vtalrm "vtalrm" "Virtual alarm.";
        Prof "prof" "Profiling alarm.";
        Winch "winch" "The window has changed.";
        Poll "poll" "Input or output is possible.";
        Pwr "pwr" "Power failure.";
        Sys "sys" "Bad system call.";
    }
}
