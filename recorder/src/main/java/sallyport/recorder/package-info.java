/**
 * What a session showed, kept exactly, in files that every asciicast tool plays.
 *
 * <p>This is the format, without any place where recordings are: {@link sallyport.recorder.LineBuffer} and
 * {@link sallyport.recorder.RecordedStream} write it, {@link sallyport.recorder.RecordingReader} reads it, and
 * {@link sallyport.recorder.Conversions} hands it out in another {@link sallyport.recorder.Format}. Files, folders, seals and
 * what may go wrong with them are in {@code sallyport.recorder.store}, which stands on this; nothing here knows it.
 *
 * <p><b>The file</b> is asciicast v3 (<a href="https://docs.asciinema.org/manual/asciicast/v3/">asciicast v3</a>): a header
 * line, then one event or comment a line. Text alone cannot hold every byte, so comments carry what the events cannot:
 *
 * <ul>
 *   <li>{@code #b64 <offset> <base64>}: the bytes of this stream at byte {@code offset} are exactly these; they replace
 *       whatever the events showed of that range, and extend it. An {@code o} event begins at the bytes known so far, less
 *       an incomplete UTF-8 character (0 to 3 bytes) at their end: at the next whole character. So the bytes come back
 *       exact, however the output was cut, and the picture stays standard.
 *   <li>{@code #stderr}: the line after this one belongs to stderr, which is a stream of its own. All else is stdout.
 *   <li>{@code #signal TERM}: the exit event after this one was a death by that signal.
 *   <li>{@code #clock <RFC 3339 time> <seconds since the start>}: what the wall clock said, about once a minute of
 *       activity, so that a clock that was set, and a line that is missing, can be seen.
 *   <li>{@code #snapshot}: the event after this one draws again what earlier parts have drawn, so that a part plays alone; it is
 *       no output.
 *   <li>{@code #typist NAME}, in a file of what was typed: who typed what follows.
 *   <li>{@code #hidden}: the event after this one stands for something that was typed and not shown.
 *   <li>{@code #chain <bytes> <sha256>}: the SHA-256 of so many bytes of this file, all that is before this line: see
 *       {@link sallyport.recorder.Chain}.
 * </ul>
 *
 * <p>Except for the newline at its end, a line holds no control character: showing the file in a terminal does nothing.
 *
 * <p>Nothing here knows people, targets or rules; what a recording should say about them comes in as words, in the header.
 */
@NullMarked
package sallyport.recorder;

import org.jspecify.annotations.NullMarked;
