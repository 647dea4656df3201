// Compares a quotation with wordings: exactly, and with the nearest words.
// archive/checking/__init__.py specifies it in section 6; archive/checking/matching.py is the same in
// Python.
"use strict";

const matching = (() => {
  const { key, numbers } = wording;
  const WILD = 6; // tokens that brackets may stand for
  const FAR = 10_000; // tokens that a gap may stand for
  const TRIES = 2_000; // places where a pattern could begin
  const isWord = (token) => token.kind === "word";
  const opened = (item) => item.gap || item.wild; // other tokens may stand before it

  // The items of a pattern, with words that a line break divided as the stream has them; without a
  // stream each is one word.
  function brokenJoined({ items }, stream) {
    if (!items.some((item) => item.broken)) return items;
    const done = [];
    for (let at = 0; at < items.length; at += 1) {
      const item = items[at];
      const after = item.broken && items[at + 1]?.token;
      const said = after && item.token.said + after.said;
      if (said && (!stream || stream.places.has(key(said)))) {
        done.push({ ...item, token: { said, kind: "word", at: item.token.at, end: after.end }, broken: false });
        at += 1;
      } else {
        done.push(item);
      }
    }
    return done;
  }

  // Whether a token of a wording is that of a quotation.
  function equal(item, said) {
    const own = item.token.said;
    if (own === said || !item.anyCase) return own === said;
    const [[first], [other]] = [own, said];
    return own.slice(first.length) === said.slice(other.length) && first.toLowerCase() === other.toLowerCase();
  }

  // --- Exactly

  // Where a pattern stands in a stream, between two places; null where it does not.
  function placeOf(pattern, stream, begin = 0, end = stream.tokens.length) {
    const items = brokenJoined(pattern, stream);
    if (!items.length || items.some((item) => !stream.places.has(key(item.token.said)))) return null;
    const [first, ...others] = runs(items);
    for (const start of all(first, stream, begin, end, TRIES)) {
      let at = start + first.length;
      for (const part of others) {
        const reach = part[0].gap ? FAR : WILD;
        const [next] = all(part, stream, at, Math.min(end, at + reach + part.length), 1);
        at = next === undefined ? null : next + part.length;
        if (at === null) break;
      }
      if (at !== null) return start;
    }
    return null;
  }

  // The runs of items between which other tokens may stand.
  function runs(items) {
    const parts = [];
    for (const item of items) {
      if (!parts.length || opened(item)) parts.push([]);
      parts.at(-1).push(item);
    }
    return parts;
  }

  // Where a run of items stands, looked for at its rarest token.
  function* all(part, stream, begin, end, most) {
    const listed = part.map((item) => stream.places.get(key(item.token.said)) ?? []);
    const rarest = least(listed.map((each) => each.length));
    let found = 0;
    for (const place of listed[rarest]) {
      const start = place - rarest;
      if (start < begin || start + part.length > end) continue;
      if (!part.every((item, number) => equal(item, stream.said[start + number]))) continue;
      yield start;
      found += 1;
      if (found >= most) return;
    }
  }

  // The place of the least number, the first of several.
  function least(values) {
    let at = 0;
    for (let number = 1; number < values.length; number += 1) if (values[number] < values[at]) at = number;
    return at;
  }

  // --- Nearest

  const [WORD_CHANGED, MARK_CHANGED, WORD_LEFT_OUT, MARK_LEFT_OUT] = [8, 2, 2, 1];
  const IMPOSSIBLE = 1 << 30;
  const ASIDE = 12; // tokens around the words that are equal
  const LONGEST = 4_000; // tokens of a stream
  const changing = (item) => (isWord(item.token) ? WORD_CHANGED : MARK_CHANGED);
  const leaving = (token) => (isWord(token) ? WORD_LEFT_OUT : MARK_LEFT_OUT);

  // The part of a stream that is nearest: {cost, wording, equal (words), differences, onlyMarks, marks};
  // null where no run of words is the same.  With a span, these tokens alone are compared, whatever
  // they have.  `budget.left` cells of alignments may be compared in one text.
  function nearest(pattern, stream, budget, span = null) {
    const items = brokenJoined(pattern, stream);
    const [begin, last] = span ?? region(items, stream);
    const end = Math.min(last, begin + LONGEST);
    const size = items.length * (end - begin);
    if (end <= begin || size > budget.left) return null;
    budget.left -= size;
    return near(pattern, items, stream, begin, end);
  }

  // The part of a stream that has most of a pattern's runs of words.
  function region(items, stream) {
    const said = items.filter((item) => isWord(item.token)).map((item) => item.token.said);
    const found = [...new Set(numbers(said).flatMap((number) => stream.runs.get(number)?.slice(0, 50) ?? []))].sort((a, b) => a - b);
    if (!found.length) return [0, 0];
    const reach = 2 * items.length + (items.some((item) => item.gap) ? 400 : 40);
    let [best, first, last, low] = [0, found[0], found[0], 0];
    found.forEach((place, high) => {
      while (place - found[low] > reach) low += 1;
      if (high - low + 1 > best) [best, first, last] = [high - low + 1, found[low], place];
    });
    const around = items.length + ASIDE;
    return [Math.max(first - around, 0), Math.min(last + around, stream.tokens.length)];
  }

  function near(pattern, items, stream, begin, end) {
    const part = stream.tokens.slice(begin, end);
    const rows = costs(items, part);
    const at = part.length - least(rows.at(-1).toReversed());
    const cost = rows.at(-1)[at];
    if (cost >= IMPOSSIBLE) return null;
    const steps = back(items, part, rows, at).reverse();
    const isOwnWord = ({ row }) => row >= 0 && isWord(items[row].token);
    const isItsWord = ({ column }) => column >= 0 && isWord(part[column]);
    const different = steps.filter((step) => !step.isEqual);
    const first = steps.find((step) => step.isEqual)?.column ?? Math.max(at - 1, 0);
    const found = differing(pattern, items, stream, begin, steps);
    return {
      cost, wording: stream.wording(begin + first), equal: steps.filter((step) => step.isEqual && isOwnWord(step)).length,
      differences: found.map(({ own, other }) => [own, other]), marks: found,
      onlyMarks: different.length > 0 && !different.some((step) => isOwnWord(step) || isItsWord(step)),
    };
  }

  // The least cost of each beginning of the items that ends at each token.
  function costs(items, part) {
    const rows = [new Int32Array(part.length + 1)];
    const leave = part.map(leaving);
    items.forEach((item, number) => {
      if (number && opened(item)) rows.push(freed(rows.pop()));
      const before = rows.at(-1);
      const [word, changed, isLast] = [isWord(item.token), changing(item), number + 1 === items.length];
      const row = new Int32Array(part.length + 1);
      row[0] = before[0] + changed;
      for (let at = 0; at < part.length; at += 1) {
        let best = IMPOSSIBLE;
        if (equal(item, part[at].said)) best = before[at];
        else if (isWord(part[at]) === word) best = before[at] + changed;
        if (!isLast) best = Math.min(best, row[at] + leave[at]);
        row[at + 1] = Math.min(best, before[at + 1] + changed);
      }
      rows.push(row);
    });
    return rows;
  }

  // Costs where any number of tokens may be left out for nothing.
  function freed(row) {
    let lowest = IMPOSSIBLE;
    return row.map((cost) => (lowest = Math.min(lowest, cost)));
  }

  // The steps of the least cost, from the end: {row (of the items; -1 where the wording has more),
  // column (of the tokens; -1 where the quotation has more), isEqual}.
  function back(items, part, rows, from) {
    const steps = [];
    let [row, at] = [items.length, from];
    // Where the item before a gap ends, from the place behind it.
    const unfree = () => {
      if (row > 0 && row < items.length && opened(items[row])) while (at && rows[row][at - 1] === rows[row][at]) at -= 1;
    };
    while (row) {
      const [item, cost, token] = [items[row - 1], rows[row][at], part[at - 1]];
      const same = at > 0 && equal(item, token.said);
      if (at && (same || isWord(token) === isWord(item.token)) && rows[row - 1][at - 1] + (same ? 0 : changing(item)) === cost) {
        row -= 1;
        at -= 1;
        steps.push({ row, column: at, isEqual: same });
        unfree();
      } else if (at && row < items.length && rows[row][at - 1] + leaving(token) === cost) {
        at -= 1;
        steps.push({ row: -1, column: at, isEqual: false });
      } else {
        row -= 1;
        steps.push({ row, column: -1, isEqual: false });
        unfree();
      }
    }
    return steps;
  }

  // What differs, side by side, as it stands on either side: {own, other, at, end (in the quotation)}.
  function differing(pattern, items, stream, begin, steps) {
    const found = [];
    let run = [];
    let behind = 0; // the end of the last token that is equal
    for (const step of [...steps, { row: -1, column: -1, isEqual: true }]) {
      if (!step.isEqual) {
        run.push(step);
        continue;
      }
      if (run.length) {
        const own = run.filter((each) => each.row >= 0).map((each) => items[each.row].token);
        const other = run.filter((each) => each.column >= 0).map((each) => begin + each.column);
        const [at, end] = own.length ? [own[0].at, own.at(-1).end] : [behind, behind];
        found.push({ own: pattern.text.slice(at, end), other: said(stream, other), at, end });
        run = [];
      }
      behind = items[step.row]?.token.end ?? behind;
    }
    return found;
  }

  // The words of a stream at some places, which may lie in several wordings.
  function said(stream, columns) {
    const groups = [];
    for (const column of columns) {
      const [wording, token] = [stream.wording(column), stream.tokens[column]];
      if (groups.at(-1)?.wording === wording) groups.at(-1).end = token.end;
      else groups.push({ wording, at: token.at, end: token.end });
    }
    return groups.map(({ wording, at, end }) => wording.text.slice(at, end)).join(" ");
  }

  return { brokenJoined, nearest, placeOf };
})();
