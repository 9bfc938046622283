;; Calls are counted between the two entry operations, for calls within the instance too.
(module
  (func $leaf)
  (func $caller (call $leaf)))
;; func 0
;;     0: EnterOther
;;    16: CallHeat func=0
;;    40: Enter 0 header=0 slots=2 zero=0 p0=s0 p1=s0
;;    64: Return header=0
;; func 1
;;     0: EnterOther
;;    16: CallHeat func=1
;;    40: Enter 0 header=0 slots=2 zero=0 p0=s0 p1=s0
;;    64: Call func=0 frame=16
;;    88: Return header=0
