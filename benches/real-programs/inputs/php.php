<?php
// Classes, closures, generators, regular expressions, hashes and a file.

namespace Shapes;

interface Shape
{
    public function area(): float;
}

final class Circle implements Shape
{
    public function __construct(public readonly float $radius) {}

    public function area(): float
    {
        return M_PI * $this->radius ** 2;
    }
}

enum Suit: string
{
    case Hearts = 'H';
    case Spades = 'S';
}

function primes(int $limit): \Generator
{
    $composite = [];
    for ($n = 2; $n < $limit; $n++) {
        if (!isset($composite[$n])) {
            yield $n;
            for ($m = $n * $n; $m < $limit; $m += $n) {
                $composite[$m] = true;
            }
        }
    }
}

echo 'php ', PHP_MAJOR_VERSION, '.', PHP_MINOR_VERSION, ' ', PHP_INT_SIZE, "\n";
printf("area: %.6f\n", (new Circle(1.5))->area());
echo 'enum: ', Suit::from('S')->name, "\n";
echo 'match: ', match (true) { 3 > 4 => 'no', default => 'yes' }, "\n";

$text = str_repeat('the quick brown fox jumps over the lazy dog ', 500);
foreach (['md5', 'sha1', 'sha256', 'crc32b'] as $algorithm) {
    echo $algorithm, ': ', hash($algorithm, $text), "\n";
}
$words = array_count_values(explode(' ', trim($text)));
arsort($words);
echo 'words: ', json_encode(array_slice($words, 0, 1)), "\n";
echo 'regex: ', preg_replace_callback('/\b(\w)(\w*)/', fn ($m) => strtoupper($m[1]) . $m[2], substr($text, 0, 43)), "\n";
echo 'json: ', json_encode(json_decode('{"a":[1,2.5,"ä"],"b":null}', true), JSON_UNESCAPED_UNICODE), "\n";

$count = 0;
foreach (primes(100000) as $prime) {
    $count++;
}
echo 'primes below 100000: ', $count, ', the last ', $prime, "\n";

try {
    intdiv(1, 0);
} catch (\DivisionByZeroError $error) {
    echo 'exception: ', $error->getMessage(), "\n";
}

file_put_contents('/scratch/note.txt', "one\ntwo\n");
echo 'file: ', json_encode(file('/scratch/note.txt', FILE_IGNORE_NEW_LINES)), ' ', filesize('/scratch/note.txt'), "\n";
unlink('/scratch/note.txt');
echo 'left: ', json_encode(array_values(array_diff(scandir('/scratch'), ['.', '..']))), "\n";
exit(5);
