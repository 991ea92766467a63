package sallyport.bastion.ssh;

import java.util.Optional;
import sallyport.bastion.backend.Launch;
import sallyport.bastion.backend.TerminalSize;
import sallyport.bastion.console.ConsoleChannel;
import sallyport.bastion.console.ConsoleTerminal;
import sallyport.bastion.console.Prompt;
import sallyport.policy.session.Ending;

/** How a visit speaks with its client: words, questions, and the exit status at the end. */
final class Voice {

    private final ClientChannel channel;

    Voice(ClientChannel channel) {
        this.channel = channel;
    }

    ClientChannel channel() {
        return channel;
    }

    /** Whether there is somebody to ask. */
    boolean hasTerminal() {
        return channel.terminal().isPresent();
    }

    /** The size of the client's terminal as it is now, or the usual one. */
    TerminalSize terminalSize() {
        return channel.terminal().map(Launch.Terminal::size).orElse(TerminalSize.USUAL);
    }

    /** Lines for the person, each with the prefix. */
    void say(String words) {
        channel.say(Words.prefixed(words, hasTerminal()));
    }

    /**
     * Asks for one line.
     *
     * @throws Gone if there is nobody any more, or they do not want to answer
     */
    String ask(String question) {
        return answer(question).orElseThrow(Gone::new);
    }

    /** Asks for one line; empty if there is no answer. */
    Optional<String> answer(String question) {
        return Prompt.line(console(), question);
    }

    /** Says why, ends with {@code status}, and waits until the client has gone. */
    void refuse(int status, String words) {
        channel.end(new Ending.Exited(status), words, true);
        channel.gone().join();
    }

    /** Ends with {@code status} and waits until the client has gone. */
    void finish(int status) {
        refuse(status, "");
    }

    /** The channel as the console sees it. */
    ConsoleChannel console() {
        return new ConsoleChannel(
                channel.input().stream(),
                new ChannelSink(channel.writer(), false),
                new ChannelSink(channel.writer(), true),
                channel.terminal()
                        .map(t -> new ConsoleTerminal(
                                t.type(),
                                () -> channel.terminal().orElse(t).size().columns(),
                                () -> channel.terminal().orElse(t).size().rows())));
    }

    /** The client is gone: there is nobody to say anything to. */
    static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1;

        Gone() {
            super(null, null, false, false);
        }
    }
}
