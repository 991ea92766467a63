package sallyport.bastion.app;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;

/**
 * Writes a log event's message and exception as one line that nobody can forge: controls, line separators and direction
 * marks come out as {@code \}{@code u001b}, and what is too long ends with a mark that says so. Named in logback.xml.
 */
public final class LogLine extends ClassicConverter {

    /** Enough for an exception with its trace; more helps nobody and fills disks. */
    static final int LONGEST = 16 * 1024;

    @Override
    public String convert(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        return escape(
                event.getThrowableProxy() == null
                        ? message
                        : message + " | " + ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }

    /** Returns {@code text} as one line of at most {@value #LONGEST} characters of it. */
    static String escape(String text) {
        StringBuilder line = new StringBuilder(text.length());
        int end = Math.min(text.length(), LONGEST);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            switch (Character.getType(c)) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    line.append(c == '\n' ? "\\n" : c == '\t' ? " " : "\\u%04x".formatted((int) c));
                default -> line.append(c == '\\' ? "\\\\" : String.valueOf(c));
            }
        }
        if (end < text.length()) {
            line.append(" [cut, ").append(text.length() - end).append(" more]");
        }
        return line.toString();
    }
}
