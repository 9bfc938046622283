# Closures, strings, patterns, big numbers, exceptions and a file.

Point = Struct.new(:x, :y) do
  def +(other) = Point.new(x + other.x, y + other.y)
  def to_s = "(#{x}, #{y})"
end

puts "ruby #{RUBY_VERSION} #{RUBY_PLATFORM}"
puts "arguments: #{ARGV.inspect}, environment: #{ENV['GREETING']}"
puts "points: #{[Point.new(1, 2), Point.new(3, 4), Point.new(5, 6)].reduce(:+)}"

text = "the quick brown fox jumps over the lazy dog " * 500
puts "words: #{text.split.tally.max_by(2) { |word, count| [count, word] }.inspect}"
puts "replaced: #{text[0, 44].gsub(/(\w+) (\w+)/) { "#{$2} #{$1}" }}"
puts "unicode: #{'äöü ß'.upcase} #{'naïve'.unicode_normalize(:nfd).length}"

fib = Hash.new { |memo, n| memo[n] = n < 2 ? n : memo[n - 1] + memo[n - 2] }
(0..300).each { |n| fib[n] }
puts "fib(300): #{fib[300]}"
puts "2**200: #{2**200}, rational: #{Rational(1, 3) + Rational(1, 6)}, complex: #{Complex(1, 2)**2}"

sieve = Array.new(100_001, true)
(2..316).each { |n| (n * n).step(100_000, n) { |m| sieve[m] = false } if sieve[n] }
puts "primes below 100000: #{(2..100_000).count { |n| sieve[n] }}"

generator = Enumerator.new { |yielder| a, b = 0, 1; loop { yielder << a; a, b = b, a + b } }
puts "lazy: #{generator.lazy.select(&:even?).first(8).inspect}"

case { name: "square", sides: [2, 2, 2, 2] }
in { name: String => name, sides: [first, *rest] }
  puts "pattern: #{name} #{first} #{rest.inspect}"
end

begin
  Integer("not a number")
rescue ArgumentError => error
  puts "exception: #{error.message}"
ensure
  puts "ensure"
end
puts "thrown: #{catch(:done) { 10.times { |n| throw :done, n if n > 4 } }}"

File.write("scratch/note.txt", "one\ntwo\nthree\n")
puts "file: #{File.readlines('scratch/note.txt', chomp: true).inspect} #{File.size('scratch/note.txt')}"
File.delete("scratch/note.txt")
puts "left: #{Dir.children('scratch').inspect}"
puts "input: #{$stdin.gets&.strip}"
exit 4
