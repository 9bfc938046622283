// A guest that fails in a function inlined into another one, to show what a
// backtrace says. See build.sh.

namespace shapes {

struct Square {
    int side;
    __attribute__((always_inline)) int area_over(int divisor) const {
        return side * side / divisor;
    }
};

__attribute__((noinline)) int ratio(const Square &square, int divisor) {
    int area = square.area_over(divisor);
    return area + 1;
}

} // namespace shapes

extern "C" __attribute__((export_name("crash"))) int crash(int divisor) {
    shapes::Square square{6};
    int result = shapes::ratio(square, divisor);
    return result * 2;
}
