//! Where the fields of records are in guest memory, in each version.
//!
//! ```text
//! preview 1   filestat  dev 8 │ ino 8 │ type 1 ·7 │ nlink 8 │ size 8 │ atim 8 │ mtim 8 │ ctim 8
//! preview 0   filestat  dev 8 │ ino 8 │ type 1 ·3 nlink 4 │ size 8 │ atim 8 │ mtim 8 │ ctim 8
//! preview 1   clock                  id 4 ·4 │ timeout 8 │ precision 8 │ flags 2 ·6
//! preview 0   clock  identifier 8 │ id 4 ·4 │ timeout 8 │ precision 8 │ flags 2 ·6
//! ```

macro_rules! layouts {
    ($($(#[$doc:meta])* struct $ty:ident { $($field:ident),* } $($name:ident = $size:literal align $align:literal [$($offset:literal),*];)*)*) => { $(
        $(#[$doc])*
        #[derive(Copy, Clone, PartialEq, Eq, Debug)]
        pub struct $ty {
            /// The size of the record in bytes.
            pub bytes: u32,
            /// The alignment of the record in bytes.
            pub align: u32,
            $(#[doc = concat!("The offset of `", stringify!($field), "`.")] pub $field: u32,)*
        }

        impl $ty {
            const LEN: usize = [$(stringify!($field)),*].len();

            const fn at(bytes: u32, align: u32, offsets: [u32; Self::LEN]) -> Self {
                let [$($field),*] = offsets;
                Self { bytes, align, $($field),* }
            }

            /// The names of the fields and their offsets.
            pub fn fields(&self) -> Vec<(&'static str, u32)> {
                vec![$((stringify!($field), self.$field)),*]
            }
        }

        $(
            #[doc = concat!("A layout of [`", stringify!($ty), "`].")]
            pub const $name: $ty = $ty::at($size, $align, [$($offset),*]);
        )*
    )* };
}

layouts! {
    /// A buffer to read to or to write from: `iovec` and `ciovec`.
    struct IovecLayout { buf, buf_len }
    IOVEC = 8 align 4 [0, 4];

    /// An entry of a directory, without the name that follows.
    struct DirentLayout { d_next, d_ino, d_namlen, d_type }
    DIRENT = 24 align 8 [0, 8, 16, 20];

    /// What a file descriptor is.
    struct FdstatLayout { fs_filetype, fs_flags, fs_rights_base, fs_rights_inheriting }
    FDSTAT = 24 align 8 [0, 2, 8, 16];

    /// What a file is.
    struct FilestatLayout { dev, ino, filetype, nlink, size, atim, mtim, ctim }
    FILESTAT = 64 align 8 [0, 8, 16, 24, 32, 40, 48, 56];
    FILESTAT_0 = 56 align 8 [0, 8, 16, 20, 24, 32, 40, 48];

    /// A time to wait for, within a subscription.
    struct SubscriptionClockLayout { id, timeout, precision, flags }
    SUBSCRIPTION_CLOCK = 32 align 8 [0, 8, 16, 24];
    SUBSCRIPTION_CLOCK_0 = 40 align 8 [8, 16, 24, 32];

    /// Something to wait for. `tag` and `contents` are the parts of the union `u`.
    struct SubscriptionLayout { userdata, tag, contents }
    SUBSCRIPTION = 48 align 8 [0, 8, 16];
    SUBSCRIPTION_0 = 56 align 8 [0, 8, 16];

    /// What has happened; `nbytes` and `flags` are fields of `fd_readwrite`.
    struct EventLayout { userdata, error, r#type, nbytes, flags }
    EVENT = 32 align 8 [0, 8, 10, 16, 24];

    /// A preopened directory: the tag and the length of its name.
    struct PrestatLayout { tag, pr_name_len }
    PRESTAT = 8 align 4 [0, 4];
}
