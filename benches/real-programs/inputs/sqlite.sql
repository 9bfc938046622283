-- Tables, indices, triggers, windows, recursion and a transaction, in a database that is a file.
.mode list
.open scratch/shop.db
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE, price REAL CHECK (price >= 0));
CREATE TABLE sale (item INTEGER REFERENCES item, day INTEGER, pieces INTEGER);
CREATE TABLE log (line TEXT);
CREATE TRIGGER sold AFTER INSERT ON sale WHEN new.pieces > 95
BEGIN INSERT INTO log VALUES ('many of ' || new.item || ' on day ' || new.day); END;
INSERT INTO item (name, price) VALUES ('apple', 0.5), ('pear', 0.75), ('plum', 0.25);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 19999)
INSERT INTO sale SELECT i % 3 + 1, i / 30, (i * 7919) % 101 FROM n;
COMMIT;
CREATE INDEX by_day ON sale (day, item);
SELECT name, sum(pieces), round(sum(pieces * price), 2) FROM sale JOIN item ON item.id = sale.item GROUP BY name ORDER BY 2 DESC, 1;
SELECT count(*), min(line), max(line) FROM log;
SELECT day, total, sum(total) OVER (ORDER BY day) FROM (SELECT day, sum(pieces) AS total FROM sale WHERE day < 4 GROUP BY day);
BEGIN;
DELETE FROM sale;
SELECT count(*) FROM sale;
ROLLBACK;
SELECT count(*), upper(hex(zeroblob(2))), printf('%.3f', avg(pieces)) FROM sale;
WITH RECURSIVE fib(n, a, b) AS (SELECT 0, 0, 1 UNION ALL SELECT n + 1, b, a + b FROM fib WHERE n < 80)
SELECT a FROM fib WHERE n = 80;
SELECT group_concat(name, ', ') FROM (SELECT name FROM item WHERE name LIKE 'p%' ORDER BY name);
