package sallyport.bastion.session;

import java.util.function.IntConsumer;
import sallyport.bastion.transfer.NotSftp;
import sallyport.policy.FileRights;
import sallyport.recorder.store.RecordingFailed;

/** The walk of the bytes of a session that is for files. Belongs to the pump's thread. */
sealed interface TransferRelay permits FileRelay, CommandRelay {

    /** The rules were changed: from here on this is allowed. */
    void allow(FileRights now);

    /**
     * The client sent this.
     *
     * @param taken told how many bytes are with the target, or were answered here and the client has the answer
     */
    void fromClient(Attachment client, byte[] bytes, IntConsumer taken) throws RecordingFailed, NotSftp;

    /** Lets {@code action} happen behind all that the client sent before. */
    void behind(Runnable action);

    /**
     * The target sent this on its stdout; what of it may go to the client now.
     *
     * @param kept told how many bytes will not go to anybody
     */
    byte[] fromTarget(byte[] bytes, IntConsumer kept) throws RecordingFailed, NotSftp;

    /** Nothing more passes. */
    void end() throws RecordingFailed;
}
