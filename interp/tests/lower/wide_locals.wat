;; A wide function has scratch slots between its parameters and its locals; what 16
;; bits can name is reached as in any other function.
(module
  (func (param i32) (result i32)
    (local i32)
    (local.set 1 (i32.add (local.get 0) (local.get 1)))
    (@repeat 65600 (i32.const 0))
    (@repeat 65600 (drop))
    (local.get 1))
)
;; func 0
;;     0: EnterOther
;;    16: EnterWide header=10 slots=65612 zero=9
;;    40: s9, acc = Bin I32Add s0 s9
;;    56: ReturnOne u64 acc header=10
