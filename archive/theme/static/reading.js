// Reads a text as blocks, whatever its form.  archive/checking/__init__.py specifies it in section 4;
// archive/checking/reading.py is the same in Python.
"use strict";

const reading = (() => {
  const { spaced, SPACE } = wording;
  const ENDS = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/; // of lines, as Python has them
  const IS_SPACE = RegExp(`^[${SPACE}]`);
  const begins = (text) => IS_SPACE.test(text);
  const ends = (text) => IS_SPACE.test(text.slice(-1));

  // A block: {text, isQuotation, lines: [[place, number]], links: [{at, end, address}], marks (of
  // notes: [[place, name]]), note (the name of the note that it is)}.
  const block = () => ({ text: "", isQuotation: false, lines: [], links: [], marks: [], note: "" });

  function add(draft, said, line, links = [], marks = []) {
    if (!said) return;
    const at = draft.text ? draft.text.length + 1 : 0;
    draft.marks.push(...marks.map(([place, name]) => [at + place, name]));
    draft.text = draft.text ? `${draft.text} ${said}` : said;
    draft.lines.push([at, line]);
    draft.links.push(...links.map((each) => ({ ...each, at: at + each.at, end: at + each.end })));
  }

  // How many lines of a block begin at a place or before it.
  function linesUntil({ lines }, at) {
    let [low, high] = [0, lines.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lines[middle][0] <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  const lineOf = (block, at) => (block.lines[Math.max(linesUntil(block, at) - 1, 0)] ?? [0, 1])[1];

  // The places of the spaces that stand for line breaks, between two places.
  function breaksOf(block, from = 0, until = Infinity) {
    return block.lines.slice(linesUntil(block, from), linesUntil(block, until)).map(([at]) => at - 1).filter((at) => at >= from);
  }

  function fromPlain(text) {
    const found = [block()];
    text.split(ENDS).forEach((line, number) => {
      const said = spaced(line);
      if (!said && found.at(-1).text) found.push(block());
      add(found.at(-1), said, number + 1);
    });
    return found;
  }

  // --- Markdown

  const FENCE = /^ {0,3}(```|~~~)/;
  const QUOTED = /^ {0,3}> ?/;
  const BEGIN = /^ {0,3}(?:#{1,6} |[-*+] |\p{Nd}{1,9}[.)] |\[\^([^\]\s]{1,60})\]: ?)/u;
  const LINK = /!?\[([^[\]]{0,500})\]\(<?([^\s()<>]{1,2000})>?(?: ["'][^"']{0,200}["'])?\)|<((?:https?|file):[^\s<>]{1,2000})>|\[\^([^\]\s]{1,60})\]/g;
  const EMPHASIS = /\*{1,3}|(?<![\p{L}\p{N}_/])_{1,3}|_{1,3}(?![\p{L}\p{N}_/])/gu;

  function fromMarkdown(text) {
    const found = [block()];
    let fence = "";
    text.split(ENDS).forEach((line, number) => {
      const marked = line.match(FENCE);
      if (fence) {
        fence = marked?.[1] === fence ? "" : fence;
      } else if (marked) {
        fence = marked[1];
      } else {
        const quoted = line.match(QUOTED);
        const rest = line.slice(quoted?.[0].length ?? 0);
        const begin = rest.match(BEGIN);
        const isQuotation = Boolean(quoted);
        if (found.at(-1).text && (begin || !spaced(rest) || isQuotation !== found.at(-1).isQuotation)) found.push(block());
        const draft = found.at(-1);
        draft.isQuotation = isQuotation;
        if (begin && !draft.text) draft.note = begin[1] ?? "";
        add(draft, ...inline(rest.slice(begin?.[0].length ?? 0), number + 1));
      }
    });
    return found;
  }

  // A line without marks of Markdown, its number, its links and its marks of notes.
  function inline(line, number) {
    const [links, marks] = [[], []];
    let [said, at] = ["", 0];
    for (const match of line.matchAll(LINK)) {
      const [all, shown, target, automatic, note] = match;
      said = joined(said, unmarked(line.slice(at, match.index)));
      const begin = said.length;
      at = match.index + all.length;
      if (note) {
        marks.push([begin, note]);
      } else {
        said += automatic ? "" : spaced(unmarked(shown));
        links.push({ at: begin, end: said.length, address: automatic ?? target });
      }
    }
    return [joined(said, unmarked(line.slice(at))).trimEnd(), number, links, marks];
  }

  // Two parts of a line, with one space at most between them.
  function joined(before, text) {
    const gap = before && !before.endsWith(" ") && begins(text) ? " " : "";
    return before + gap + spaced(text) + (ends(text) && spaced(text) ? " " : "");
  }

  const unmarked = (text) => text.replace(EMPHASIS, "");

  // --- HTML: a document of its own, in which no script runs and which loads nothing

  const BLOCKS = new Set("address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody td tfoot th thead title tr ul".split(" "));
  const SKIPPED = new Set("head script style template noscript svg math iframe".split(" "));
  const WHO = new Set(["footer", "cite"]);
  const ADDRESS = /https?:\/\/[^\s"'<>\\]{1,2000}/g;

  function fromHtml(text) {
    const found = [block()];
    let depth = 0; // of block quotations
    let isApart = false; // whether a space stands before what follows
    const flush = (isWho) => {
      const last = found.at(-1);
      last.isQuotation = depth > 0 && !isWho;
      if (last.text || last.links.length) found.push(block());
      isApart = false;
    };
    const say = (words) => words.split("\n").forEach((part, number) => {
      const said = spaced(part);
      isApart ||= number > 0 || begins(part);
      if (!said) return;
      const last = found.at(-1);
      if (isApart && last.text) last.text += " ";
      last.lines.push([last.text.length, found.length]);
      last.text += said;
      isApart = ends(part);
    });
    const enter = (element) => {
      const name = element.localName;
      if (SKIPPED.has(name)) return;
      const divides = BLOCKS.has(name) || (WHO.has(name) && depth > 0);
      if (divides) flush(false);
      if (name === "blockquote") depth += 1;
      const [last, begin] = [found.at(-1), found.at(-1).text.length];
      last.links.push(...told(element).map((address) => ({ at: begin, end: begin, address })));
      if (name === "br") isApart = true;
      if (name === "q") say("“");
      for (const child of element.childNodes) {
        if (child.nodeType === Node.ELEMENT_NODE) enter(child);
        else if (child.nodeType === Node.TEXT_NODE) say(child.data);
      }
      if (BLOCKS.has(name) || (WHO.has(name) && depth > 0)) flush(WHO.has(name));
      if (name === "blockquote") depth -= 1;
      if (name === "q") say("”");
      const address = name === "a" && element.getAttribute("href");
      const now = found.at(-1);
      if (address) now.links.push({ at: now === last ? begin : 0, end: now.text.length, address });
    };
    enter(new DOMParser().parseFromString(text, "text/html").documentElement);
    return found;
  }

  // The addresses in attributes that keep citations.
  function told(element) {
    const kept = [...element.attributes].filter(({ name }) => name === "cite" || name.startsWith("data-"));
    return kept.flatMap(({ value }) => unquoted(value).match(ADDRESS) ?? []);
  }

  // Percent-decodes what is encoded, and leaves the rest.
  function unquoted(text) {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => (
      new TextDecoder().decode(Uint8Array.from(codes.slice(1).split("%"), (code) => parseInt(code, 16)))
    ));
  }

  // `blocks` is what intake.js makes of a Word document, with its notes.
  const READERS = { txt: fromPlain, md: fromMarkdown, html: fromHtml, blocks: (blocks) => blocks };

  // The blocks of a text; one without words gives its links to the next one.
  function read(text, form) {
    const done = [];
    let links = [];
    for (const each of READERS[form](text)) {
      if (!each.text) links.push(...each.links);
      if (!each.text) continue;
      done.push({ ...each, links: [...links.map(atBegin), ...each.links] });
      links = [];
    }
    return links.length ? [...done, { ...block(), links: links.map(atBegin) }] : done;
  }

  const atBegin = ({ address }) => ({ at: 0, end: 0, address });

  return { block, breaksOf, lineOf, read, unquoted };
})();
