// Plays captures into xterm.js (headless) and writes, or compares, what its screen holds.
//   node xterm.mjs golden DIR           writes DIR/NAME.xterm.json for each capture
//   node xterm.mjs redraw DIR REDRAWS   plays REDRAWS/NAME.N.redraw (Redraw.of at the N-th look) and compares with the golden file
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(path.join(process.env.XTERM_MODULES ?? process.cwd(), 'x.js'));
const { Terminal } = require('@xterm/headless');
const { Unicode11Addon } = require('@xterm/addon-unicode11');

const SCROLLBACK_SHOWN = 40;
const UNDERLINES = ['none', 'single', 'double', 'curly', 'dotted', 'dashed'];

function terminal(columns, rows) {
  const t = new Terminal({ cols: columns, rows, scrollback: 20000, allowProposedApi: true, logLevel: 'off',
      windowOptions: { pushTitle: true, popTitle: true } });
  t.loadAddon(new Unicode11Addon());
  t.unicode.activeVersion = '11';
  t.heldTitle = '';
  t.onTitleChange(title => t.heldTitle = title);
  return t;
}

const write = (t, bytes) => new Promise(done => t.write(bytes, done));

function colour(cell, which) {
  if (cell[`is${which}Default`]()) return null;
  const value = cell[`get${which}Color`]();
  return cell[`is${which}RGB`]() ? '#' + value.toString(16).padStart(6, '0') : String(value);
}

function style(t, cell) {
  const words = [];
  for (const flag of ['Bold', 'Dim', 'Italic', 'Blink', 'Inverse', 'Invisible', 'Strikethrough', 'Overline'])
    if (cell['is' + flag]()) words.push(flag.toLowerCase());
  // Underline style, its colour and hyperlinks are not in the public API; the cell carries them all the same. xterm.js shows
  // a hyperlink as a dashed underline, which is not an attribute of the text.
  const own = cell.fg & 0x10000000 ? (cell.hasExtendedAttrs() ? (cell.extended.ext >> 26) & 7 || 1 : 1) : 0;
  if (own) {
    words.push('underline=' + UNDERLINES[own]);
    if (cell.hasExtendedAttrs() && cell.extended.underlineColor >>> 24 && !cell.isUnderlineColorDefault()) {
      const value = cell.getUnderlineColor();
      words.push('ul=' + (cell.isUnderlineColorRGB() ? '#' + value.toString(16).padStart(6, '0') : value));
    }
  }
  const fg = colour(cell, 'Fg'), bg = colour(cell, 'Bg');
  if (fg !== null) words.push('fg=' + fg);
  if (bg !== null) words.push('bg=' + bg);
  const link = cell.hasExtendedAttrs() && cell.extended.urlId ? t._core._oscLinkService.getLinkData(cell.extended.urlId) : null;
  if (link) words.push('link=' + link.uri);
  return words.join(' ');
}

// A row is a list of runs: "text" in the plain style, or ["text", "style"]. Blank plain cells at the end are left out. The word
// `wide` says that each character takes two columns, `joined` that the whole text is one cell.
function rowOf(t, line) {
  const runs = [];
  for (let x = 0; x < t.cols; x++) {
    const cell = line.getCell(x);
    if (cell.getWidth() === 0) continue;
    const text = cell.getChars() || ' ';
    const joined = [...text].length > 1;
    const words = [style(t, cell), cell.getWidth() === 2 ? 'wide' : '', joined ? 'joined' : ''].filter(w => w).join(' ');
    const last = runs.at(-1);
    if (last && last[1] === words && !joined) last[0] += text; else runs.push([text, words]);
  }
  if (runs.length && runs.at(-1)[1] === '') {
    runs.at(-1)[0] = runs.at(-1)[0].replace(/ +$/, '');
    if (runs.at(-1)[0] === '') runs.pop();
  }
  return runs.map(run => run[1] === '' ? run[0] : run);
}

function rowsOf(t, buffer) {
  const rows = [];
  for (let y = 0; y < t.rows; y++) rows.push(rowOf(t, buffer.getLine(buffer.baseY + y)));
  return rows;
}

function look(t) {
  const core = t._core, buffer = t.buffer.active, normal = t.buffer.normal;
  const modes = { ...t.modes };
  const inner = core.buffer;
  const answer = {
    size: [t.cols, t.rows], alternate: buffer.type === 'alternate', cursor: [buffer.cursorX, buffer.cursorY], title: t.heldTitle,
    modes: {
      applicationCursor: modes.applicationCursorKeysMode, applicationKeypad: modes.applicationKeypadMode,
      bracketedPaste: modes.bracketedPasteMode, insert: modes.insertMode, mouse: modes.mouseTrackingMode,
      mouseEncoding: core.coreMouseService.activeEncoding, origin: modes.originMode, reverseWrap: modes.reverseWraparoundMode,
      focus: modes.sendFocusMode, wrap: modes.wraparoundMode, synchronised: modes.synchronizedOutputMode,
      cursorHidden: !!core.coreService.isCursorHidden,
      cursorStyle: core.coreService.decPrivateModes.cursorStyle ?? 'default',
      margins: [inner.scrollTop, inner.scrollBottom],
    },
    wrapped: [], screen: rowsOf(t, buffer),
  };
  for (let y = 0; y < t.rows; y++) if (buffer.getLine(buffer.baseY + y).isWrapped) answer.wrapped.push(y);
  if (answer.alternate) answer.behind = rowsOf(t, normal);
  answer.scrollbackLines = normal.baseY;
  answer.scrollback = [];
  for (let y = Math.max(0, normal.baseY - SCROLLBACK_SHOWN); y < normal.baseY; y++)
    answer.scrollback.push(normal.getLine(y).translateToString(true));
  return answer;
}

async function play(capture, bytes, split) {
  const t = terminal(capture.columns, capture.rows);
  const looks = [];
  let at = 0;
  for (const step of capture.steps) {
    if (step === 'look') looks.push(look(t));
    else if (Array.isArray(step)) t.resize(step[0], step[1]);
    else while (at < step) {
      let end = Math.min(at + split, step);
      // xterm.js 6.0.0 loses U+2000 to U+203F when a write ends inside them, so pieces end between characters
      while (end < step && (bytes[end] & 0xc0) === 0x80) end++;
      await write(t, bytes.subarray(at, end));
      at = end;
    }
  }
  t.dispose();
  return looks;
}

// One line for each row, so that a difference can be read in a diff.
function print(looks) {
  const one = l => '{' + Object.entries(l).map(([key, value]) =>
      `"${key}": ` + (['screen', 'behind', 'scrollback'].includes(key) && value.length
          ? '[\n  ' + value.map(v => JSON.stringify(v)).join(',\n  ') + ']' : JSON.stringify(value))).join(',\n ') + '}';
  return '[\n' + looks.map(one).join(',\n') + '\n]\n';
}

const [, , command, dir, redraws] = process.argv;
const names = fs.readdirSync(dir).filter(f => f.endsWith('.bytes')).map(f => f.slice(0, -6)).sort();
let bad = 0, compared = 0;
for (const name of names) {
  const capture = JSON.parse(fs.readFileSync(`${dir}/${name}.json`));
  if (command === 'golden') {
    const bytes = fs.readFileSync(`${dir}/${name}.bytes`);
    const printed = print(await play(capture, bytes, 65536));
    for (const split of [1, 7, 1000])
      if (print(await play(capture, bytes, split)) !== printed) { bad++; console.error(`${name}: xterm.js itself differs when split by ${split}`); }
    fs.writeFileSync(`${dir}/${name}.xterm.json`, printed);
  } else {
    const golden = JSON.parse(fs.readFileSync(`${dir}/${name}.xterm.json`));
    for (let n = 0; n < golden.length; n++) {
      const file = `${redraws}/${name}.${n}.redraw`;
      if (!fs.existsSync(file)) continue;
      const want = golden[n];
      const t = terminal(...want.size);
      // the state of the terminal before is not known: half a sequence, the other screen, odd modes
      await write(t, '\x1b[?1049h\x1b[2;3r\x1b[?6h\x1b[4h\x1b[1;31;44m\x1b(0junk\x1b]2;unfinished');
      const redraw = fs.readFileSync(file);
      for (let at = 0; at < redraw.length; at += 997) await write(t, redraw.subarray(at, at + 997));
      const got = look(t);
      compared++;
      for (const key of ['alternate', 'cursor', 'modes', 'wrapped', 'screen', 'behind', 'scrollback']) {
        let [w, g] = [want[key], got[key]];
        if (key === 'scrollback') {
          // what the terminal showed before is above
          w = w.slice(w.findIndex(line => line !== ''));
          g = w.length ? g.slice(-w.length) : [];
          if (want.scrollback.every(line => line === '')) continue;
        }
        if (JSON.stringify(w) === JSON.stringify(g)) continue;
        bad++;
        const rows = Array.isArray(w) && ['screen', 'behind'].includes(key) ? w.flatMap((r, y) => JSON.stringify(r) === JSON.stringify(g[y]) ? [] : [y]).slice(0, 3) : [];
        console.error(`${name} look ${n}: ${key} differs` + (rows.length ? rows.map(y => `\n  row ${y}\n    want ${JSON.stringify(w[y])}\n    got  ${JSON.stringify(g[y])}`).join('')
            : `\n    want ${JSON.stringify(w).slice(0, 600)}\n    got  ${JSON.stringify(g).slice(0, 600)}`));
      }
      t.dispose();
    }
  }
}
console.log(command === 'golden' ? `${names.length} captures played` : `${compared} redraws compared, ${bad} differences`);
process.exitCode = bad ? 1 : 0;
