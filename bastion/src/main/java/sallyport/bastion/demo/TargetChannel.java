package sallyport.bastion.demo;

import java.io.IOException;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.channel.ChannelSession;
import org.jspecify.annotations.Nullable;

/** A session channel that can end with {@code exit-signal} (RFC 4254, section 6.10), which the library's cannot. */
final class TargetChannel extends ChannelSession {

    private volatile Program.Ending.@Nullable Killed killed;

    /** To be called before the exit callback: the program's end was a signal, so no {@code exit-status} is sent. */
    void endsBy(Program.Ending.Killed ending) {
        killed = ending;
    }

    @Override
    protected void sendExitStatus(int status) throws IOException {
        Program.Ending.Killed ending = killed;
        if (ending == null) {
            super.sendExitStatus(status);
            return;
        }
        Buffer buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, Long.SIZE);
        buffer.putUInt(getRecipient());
        buffer.putString("exit-signal");
        buffer.putBoolean(false);
        buffer.putString(ending.signal());
        buffer.putBoolean(ending.coreDumped());
        buffer.putString("");
        buffer.putString("");
        writePacket(buffer);
    }
}
