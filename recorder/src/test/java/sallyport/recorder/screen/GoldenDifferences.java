package sallyport.recorder.screen;

import java.util.LinkedHashMap;
import java.util.Map;

/** Where another terminal does not show what ours shows, and why that is well: "judge capture aspect" to the reason. */
final class GoldenDifferences {

    static final Map<String, String> ALL = all();

    private GoldenDifferences() {}

    private static Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        xterm(all);
        tmux(all);
        return all;
    }

    private static void xterm(Map<String, String> all) {
        add(all, "xterm vt-align", "DECALN resets the margins (VT510), which xterm.js does not", "modes");
        add(
                all,
                "xterm vt-alternate-resize",
                "xterm.js brings cells back that a narrower screen had cut off",
                "screen");
        add(
                all,
                "xterm vt-broken-utf-8",
                "xterm.js shows nothing for bad bytes; Unicode 3.9 says U+FFFD",
                "cursor",
                "screen");
        add(all, "xterm vt-colours-colon", "xterm.js misreads 38:2:r:g:b and takes what is incomplete", "screen");
        add(all, "xterm vt-combining", "xterm.js makes an empty cell of a mark that has nothing to stand on", "cursor");
        add(all, "xterm vt-cursor-shapes", "DECSTR leaves the cursor's shape alone (VT510)", "modes");
        add(all, "xterm vt-index", "xterm.js takes U+0080 to U+009F as controls", "cursor", "screen", "scrollback");
        add(all, "xterm vt-left-right-margins", "xterm.js has no DECLRMM", "cursor", "screen");
        add(all, "xterm vt-line-edit-coloured", "xterm.js does not colour the lines that SD brings in (bce)", "screen");
        add(all, "xterm vt-modes-hard-reset", "RIS leaves the title alone in xterm.js", "title");
        add(
                all,
                "xterm vt-origin",
                "CUU stops at the top margin (VT510); in xterm.js not with DECOM",
                "cursor",
                "screen");
        add(all, "xterm vt-saved-cursor", "DECRC restores origin mode (VT510), which xterm.js does not", "modes");
        add(all, "xterm vt-styles", "xterm.js does not know SGR 6, which blinks too", "screen");
        add(all, "xterm vt-underlines", "SGR 59 gives xterm.js a white underline, not one like the text", "screen");
        add(
                all,
                "xterm vt-wide-overwritten",
                "xterm.js keeps the right half of a wide character as a cell of no width",
                "screen");
    }

    private static void tmux(Map<String, String> all) {
        add(all, "tmux htop-resize", "a resize ends tmux's pending wrap", "cursor");
        add(all, "tmux vt-alternate-1048", "tmux 3.3a has no mode 1048", "cursor", "screen");
        add(all, "tmux vt-alternate-resize", "tmux keeps what a narrower screen cuts off", "cursor", "screen");
        add(
                all,
                "tmux vt-broken-utf-8",
                "tmux shows nothing for bad bytes; Unicode 3.9 says U+FFFD",
                "cursor",
                "screen");
        add(all, "tmux vt-colours-colon", "tmux takes numbers of an incomplete colour for attributes", "screen");
        add(all, "tmux vt-columns-insert", "tmux has no DECIC, DECDC, SL and SR", "screen");
        add(all, "tmux vt-cursor-moves", "tmux has no HPR and VPR", "screen");
        add(all, "tmux vt-dec-graphics", "tmux has no G2 and G3", "screen");
        add(all, "tmux vt-emoji-joined", "tmux has other widths for joined emoji", "cursor", "screen");
        add(all, "tmux vt-insert-delete-lines", "IL and DL move to the first column (VT510), not in tmux", "cursor");
        add(all, "tmux vt-left-right-margins", "tmux has no DECLRMM", "cursor", "screen");
        add(all, "tmux vt-line-edit", "tmux cuts a great number in ICH, and so does nothing", "screen");
        add(
                all,
                "tmux vt-margins-outside",
                "IL and DL do nothing outside the margins (VT510); tmux does",
                "screen",
                "cursor",
                "modes");
        add(all, "tmux vt-modes-hard-reset", "tmux does not leave the alternate screen at RIS", "alternate", "cursor");
        add(
                all,
                "tmux vt-modes-soft-reset",
                "tmux does less at DECSTR, and the cursor home at DECOM",
                "cursor",
                "screen",
                "modes");
        add(all, "tmux vt-newline-mode", "tmux has no LNM", "cursor", "screen");
        add(all, "tmux vt-protected", "tmux has no DECSCA", "screen");
        add(all, "tmux vt-repeat", "tmux does not repeat wide characters", "cursor", "screen");
        add(all, "tmux vt-styles", "tmux does not tell of overlines in what it captures", "screen");
        add(all, "tmux vt-tabs", "tmux has no CHT", "cursor", "screen");
        add(all, "tmux vt-wide-overwritten", "tmux leaves the left half of an overwritten wide character", "screen");
        add(all, "tmux vt-wrap", "after the last column BS goes back by one less in tmux", "cursor", "screen");
        add(
                all,
                "tmux vt-wrap-pending-moves",
                "LF ends the pending wrap in the last column (VT510), not in tmux",
                "cursor",
                "screen");
    }

    private static void add(Map<String, String> all, String capture, String why, String... aspects) {
        for (String aspect : aspects) {
            all.put(capture + " " + aspect, why);
        }
    }
}
