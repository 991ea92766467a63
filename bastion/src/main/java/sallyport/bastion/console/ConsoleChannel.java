package sallyport.bastion.console;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * The client's channel as plain streams; none of them is closed here. Nothing echoes by itself and no line end is
 * translated: with a terminal the console itself writes {@code \r\n}.
 *
 * @param in what the client types. Read byte by byte and never further than what a command, menu or question needs, so that
 *     the rest is there for whoever reads next; a document alone is read to its end. Its {@code available()} must tell how many bytes can be read without
 *     waiting: that is how the Escape key is told from the sequence of an arrow key
 * @param out data; with a terminal also menus and questions
 * @param err everything that is not data
 * @param terminal empty if the client asked for none
 */
public record ConsoleChannel(InputStream in, OutputStream out, OutputStream err, Optional<ConsoleTerminal> terminal) {}
