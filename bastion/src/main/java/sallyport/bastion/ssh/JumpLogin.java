package sallyport.bastion.ssh;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.session.ServerUserAuthService;
import org.apache.sshd.server.session.ServerUserAuthServiceFactory;

/**
 * The login of a {@link JumpSession}: "none" (RFC 4252 section 5.2) succeeds, which the library never lets it. Everything else is
 * the library's.
 */
final class JumpLogin extends ServerUserAuthService {

    private static final String CONNECTION = "ssh-connection";

    private final JumpSession jump;

    private JumpLogin(JumpSession jump) throws IOException {
        super(jump);
        this.jump = jump;
    }

    /** For the door: a connection from outside has the library's login. */
    static ServerUserAuthServiceFactory factory() {
        return new ServerUserAuthServiceFactory() {
            @Override
            public Service create(Session session) throws IOException {
                return session instanceof JumpSession jump ? new JumpLogin(jump) : super.create(session);
            }
        };
    }

    @Override
    protected boolean handleUserAuthRequestMessage(
            ServerSession session, Buffer buffer, AtomicReference<Boolean> outcome) throws Exception {
        int begin = buffer.rpos();
        String user = buffer.getString();
        String service = buffer.getString();
        String method = buffer.getString();
        if (!session.isAuthenticated()
                && method.equals("none")
                && service.equals(CONNECTION)
                && jump.enterAsOuter(user)) {
            session.signalAuthenticationSuccess(user, service, buffer);
            // It is answered.
            return false;
        }
        buffer.rpos(begin);
        return super.handleUserAuthRequestMessage(session, buffer, outcome);
    }
}
