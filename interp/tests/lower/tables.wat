;; Operators on tables.
(module
  (table $f 10 funcref) (table $e 10 externref) (table $big i64 10 externref)
  (elem funcref (ref.null func))
  (func (param i32) (result funcref) (table.get $f (i32.add (local.get 0) (i32.const 1))))
  (func (param i32 externref) (table.set $e (local.get 0) (local.get 1)))
  (func (param externref) (result i32) (table.grow $e (local.get 0) (i32.const 2)))
  (func (param externref) (result i64) (table.grow $big (local.get 0) (i64.const 2)))
  (func (result i64) (table.size $big))
  (func (param i32) (table.fill $e (local.get 0) (ref.null extern) (i32.const 2)))
  (func (table.copy $f $f (i32.const 1) (i32.const 2) (i32.const 3)))
  (func (table.init $f 0 (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop 0))
)
;; func 0
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s3, acc = Bin I32Add s0 1
;;    56: acc = TableGet s3 table=0
;;    72: ReturnOne u64 acc header=1
;; func 1
;;     0: EnterOther
;;    16: Enter 0 header=2 slots=6 zero=2 p0=s0 p1=s0
;;    40: TableSet s0 s1 table=1
;;    56: Return header=2
;; func 2
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s4 = Move u32 2
;;    56: acc = TableGrow u32 s0 s4 table=1
;;    80: ReturnOne u64 acc header=1
;; func 3
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=5 zero=1 p0=s0 p1=s0
;;    40: s4 = Move u32 2
;;    56: acc = TableGrow u64 s0 s4 table=2
;;    80: ReturnOne u64 acc header=1
;; func 4
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=3 zero=0 p0=s0 p1=s0
;;    40: acc = TableSize table=2
;;    56: ReturnOne u64 acc header=0
;; func 5
;;     0: EnterOther
;;    16: Enter 0 header=1 slots=6 zero=1 p0=s0 p1=s0
;;    40: s5 = Move u32 2
;;    56: s4 = Move u32 0
;;    72: TableFill s0 s4 s5 a=1 b=0
;;    96: Return header=1
;; func 6
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=5 zero=0 p0=s0 p1=s0
;;    40: s4 = Move u32 3
;;    56: s3 = Move u32 2
;;    72: s2 = Move u32 1
;;    88: TableCopy s2 s3 s4 a=0 b=0
;;   112: Return header=0
;; func 7
;;     0: EnterOther
;;    16: Enter 0 header=0 slots=5 zero=0 p0=s0 p1=s0
;;    40: s4 = Move u32 1
;;    56: s3 = Move u32 0
;;    72: s2 = Move u32 0
;;    88: TableInit s2 s3 s4 a=0 b=0
;;   112: ElemDrop elem=0
;;   128: Return header=0
