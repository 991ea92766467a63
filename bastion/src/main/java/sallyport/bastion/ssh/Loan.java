package sallyport.bastion.ssh;

import java.util.Optional;
import java.util.stream.Stream;
import sallyport.bastion.backend.AcceptedStream;
import sallyport.policy.Forward;
import sallyport.policy.ForwardRight;

/**
 * Something of its own that a client lends to a program. It is asked for on the session's channel, before the program, and reached by
 * channels that the target opens; these do not say for which session.
 */
enum Loan {
    /** Its ssh agent (OpenSSH's PROTOCOL.agent). */
    AGENT(ClientChannel.AGENT_REQUEST, AcceptedStream.AGENT),

    /** Its X11 display (RFC 4254 section 6.3). */
    X11(ClientChannel.X11_REQUEST, AcceptedStream.X11);

    private final String request;
    private final String channelType;

    Loan(String request, String channelType) {
        this.request = request;
        this.channelType = channelType;
    }

    /** The one that is reached by channels of {@code type}. */
    static Optional<Loan> reachedBy(String type) {
        return Stream.of(values()).filter(loan -> loan.channelType.equals(type)).findFirst();
    }

    /** The channel request that asks for it. */
    String request() {
        return request;
    }

    /** The type of the channels that lead to it. */
    String channelType() {
        return channelType;
    }

    Forward forward() {
        return switch (this) {
            case AGENT -> new Forward.Agent();
            case X11 -> new Forward.X11();
        };
    }

    ForwardRight right() {
        return switch (this) {
            case AGENT -> new ForwardRight.Agent();
            case X11 -> new ForwardRight.X11();
        };
    }
}
