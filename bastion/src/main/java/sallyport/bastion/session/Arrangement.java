package sallyport.bastion.session;

import java.util.List;
import org.jspecify.annotations.Nullable;
import sallyport.bastion.backend.TerminalSize;

/**
 * Who is in a session and what its terminal should be like, at one moment.
 *
 * @param size of the session's terminal
 * @param driver whoever typed last, whose terminal answers the program's questions; null if nobody is there who may type
 * @param people in the order they came
 */
record Arrangement(TerminalSize size, @Nullable Attachment driver, List<Attachment> people) {}
